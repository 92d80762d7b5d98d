"""What people see on the terminal: tables and sentences in the club's language, or one JSON document."""

from sync_jobs.screens.outcomes import show_audit, show_findings, show_problems, show_report, show_verified
from sync_jobs.screens.plans import observed_refs, places, plan_document, show_plan
from sync_jobs.screens.screen import ROWS, Screen, Shown
from sync_jobs.screens.waiting import show_conflicts, show_parked, show_waiting
from sync_jobs.words import Language

__all__ = [
    "ROWS",
    "Language",
    "Screen",
    "Shown",
    "observed_refs",
    "places",
    "plan_document",
    "show_audit",
    "show_conflicts",
    "show_findings",
    "show_parked",
    "show_plan",
    "show_problems",
    "show_report",
    "show_verified",
    "show_waiting",
]

"""The daemon's jobs on a screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sync_jobs.daemon.catalogue import Job
from sync_jobs.daemon.history import History
from sync_jobs.failures import PERSON
from sync_jobs.screens.screen import Screen

NAMES = {
    "sync": ("Synchronisation", "Sync"), "reminders": ("Rappels", "Reminders"),
    "full": ("Comparaison complète", "Full comparison"), "audit": ("Audit des droits", "Audit of rights"),
    "retention": ("Conservation", "Retention"),
}
DAYS = {"sun": ("dimanche", "Sunday")}


def jobs_document(found: Sequence[Job], history: History, now: dt.datetime) -> dict[str, Any]:
    """Gather the jobs with their last runs; ``late``: no good run for more than a period and its grace."""
    rows = []
    for job in found:
        record = history.of(job.name)
        good = dt.datetime.fromisoformat(record.last_good) if record.last_good else None
        rows.append({
            "job": job.name, "every_minutes": int(job.period.total_seconds() // 60),
            "last_run": record.last_run, "last_good": record.last_good, "exit": record.code,
            "failures": record.failures, "parked": record.parked,
            "late": good is not None and good + job.period + job.grace < now,
        })
    return {"jobs": rows}


def show_jobs(screen: Screen, document: dict[str, Any], found: Sequence[Job]) -> None:
    """Show when each job runs and how its last run ended."""
    table = screen.table(
        ("Tâche", "Job"), ("Quand", "When"), ("Dernière fois", "Last run"), ("État", "State"),
        ("Si elle manque", "If it is missed"),
    )
    rows = []
    for job, row in zip(found, document["jobs"], strict=True):
        rows.append((
            screen.pick(NAMES, job.name), _when(screen, job), (row["last_run"] or "—")[:16].replace("T", " "),
            _state(screen, row), screen.say(*job.missed),
        ))
    screen.rows(table, rows)


def _when(screen: Screen, job: Job) -> str:
    if job.every:
        minutes = int(job.every.total_seconds() // 60)
        return screen.say(f"toutes les {minutes} min", f"every {minutes} min")
    at = f"{job.at:%H:%M}"
    if job.weekday:
        return f"{screen.pick(DAYS, job.weekday)} {at}"
    return screen.say(f"chaque jour à {at}", f"daily at {at}")


def _state(screen: Screen, row: dict[str, Any]) -> str:
    if row["last_run"] is None:
        return screen.say("jamais", "never")
    if row["parked"]:
        return screen.say(f"échoue ({row['failures']}), attend son tour", f"fails ({row['failures']}), waits its turn")
    if row["failures"]:
        return screen.say(f"échoue ({row['failures']}), réessaie", f"fails ({row['failures']}), retries")
    if row["exit"] == PERSON:
        return screen.say("faite, une personne est attendue", "done, a person is needed")
    return screen.say("en retard", "late") if row["late"] else screen.say("bien", "fine")

"""Reminders: what staff should do today, as activities in the CRM."""

from sync_jobs.reminders.job import Reminders, Told

__all__ = ["Reminders", "Told"]

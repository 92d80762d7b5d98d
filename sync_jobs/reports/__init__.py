"""What a club tells of its year: figures of means, never of results."""

from sync_jobs.reports.hours import Hours, Worth, hours_of, worth
from sync_jobs.reports.hours_page import hours_csv, hours_page, show_hours

__all__ = ["Hours", "Worth", "hours_csv", "hours_of", "hours_page", "show_hours", "worth"]

"""What is printed: one way of making a page, the same bytes for the same content."""

from sync_jobs.papers.charts import bars, columns
from sync_jobs.papers.page import Story, gap, heading, paragraph, pdf, table

__all__ = ["Story", "bars", "columns", "gap", "heading", "paragraph", "pdf", "table"]

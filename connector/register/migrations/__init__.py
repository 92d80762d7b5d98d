"""The schema's history, for alembic. For a new revision copy the last, and add it to ``schema.REVISIONS``."""

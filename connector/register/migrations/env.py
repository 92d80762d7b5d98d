"""Alembic's entry: runs the revisions in the transaction that ``migrate.upgrade`` opened."""

from alembic import context

from connector.register.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    transactional_ddl=True,  # SQLite can, though alembic assumes otherwise
)
with context.begin_transaction():
    context.run_migrations()

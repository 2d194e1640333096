"""Runs migrations over the connection that api.store.schema hands in."""

from alembic import context

from api.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_server_default=True,
    render_as_batch=True,
)
context.run_migrations()

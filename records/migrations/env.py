"""What Alembic executes: the migrations, on the connection and in the transaction that it is handed."""

from alembic import context

from records.rows import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

"""How Alembic runs here: always on the connection it is handed, in that connection's transaction; never from a file of settings."""

from alembic import context

from compounding.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
context.run_migrations()

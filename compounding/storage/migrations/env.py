"""How Alembic runs here: always on the connection it is handed, in that connection's transaction; never from a file of settings.

It is not told of the tables as they are described today: a migration says everything itself, the names of its constraints included.
"""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
context.run_migrations()

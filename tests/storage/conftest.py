"""Storage is tested on SQLite and on PostgreSQL, every test."""

from tests.databases import address, database, databases, empty_address, kind

__all__ = ["address", "database", "databases", "empty_address", "kind"]

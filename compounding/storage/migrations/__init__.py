"""The steps that bring a database to this program's tables, in order; run by `levigate upgrade-db` and when serving starts."""

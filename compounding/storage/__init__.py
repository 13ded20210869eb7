"""Where records are kept: the database, its tables and the audit chain in it. Nothing here knows the workflow, the web or paper."""

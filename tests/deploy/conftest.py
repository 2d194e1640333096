from databases import new_postgresql, sqlite_template  # noqa: F401  # found by name

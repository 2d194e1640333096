from databases import sqlite_template  # noqa: F401  # pytest finds fixtures by name

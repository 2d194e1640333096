from databases import (  # noqa: F401  # pytest finds fixtures by name
    bare_postgresql_url,
    db,
    db_url,
    empty_db,
    new_postgresql,
    postgresql_url,
    sqlite_db,
    sqlite_template,
    sqlite_url,
)

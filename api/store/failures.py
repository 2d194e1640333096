"""What a driver's error means to those above: busy, full, or gone."""

import sqlite3
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.store.errors import StoreUnavailable

_FULL = ("disk_full", "there is no space left for the database")
_GONE = ("database_unavailable", "the database cannot be reached")

_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_GONE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_PERM,
}
_POSTGRES_BUSY = {"40001", "40P01", "55P03", "53300", "57014"}
_POSTGRES_FULL = {"53100"}


def unavailable(error: Exception) -> StoreUnavailable | None:
    """The error to show, or None if this is no failure of the database itself."""
    if isinstance(error, PoolTimeout):
        return StoreUnavailable("database_busy", "all connections are in use", retry_after_s=1)
    if isinstance(error, sqlite3.Error):
        code = _sqlite_code(error)
    elif isinstance(error, DBAPIError):
        code = _code(error)
    else:
        return None
    if code == "busy":
        return StoreUnavailable("database_busy", "the database is busy", retry_after_s=1)
    if code == "full":
        return StoreUnavailable(*_FULL, retry_after_s=60)
    return StoreUnavailable(*_GONE, retry_after_s=5) if code == "gone" else None


def _code(error: DBAPIError) -> str | None:
    cause: Any = error.orig
    if isinstance(cause, sqlite3.Error):
        return _sqlite_code(cause)
    state = getattr(cause, "sqlstate", None)
    if state in _POSTGRES_BUSY:
        return "busy"
    if state in _POSTGRES_FULL:
        return "full"
    lost = error.connection_invalidated or (isinstance(error, OperationalError) and state is None)
    return "gone" if lost or (state or "").startswith(("08", "57P", "58")) else None


def _sqlite_code(error: sqlite3.Error) -> str | None:
    """Also of errors that the driver itself raised, past SQLAlchemy."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in _SQLITE_BUSY:
        return "busy"
    if primary == sqlite3.SQLITE_FULL:
        return "full"
    return "gone" if primary in _SQLITE_GONE else None

"""The file of an SQLite database and its log of writes: kept from growing without end."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.store.database import Database
from api.store.failures import unavailable

LARGEST_WAL = 64 * 1024 * 1024
"""Bytes from which the log is emptied; SQLite would do so only in a moment without any reader."""
_WAIT_MS = 200
"""So long readers are waited for. Writers wait meanwhile, and have seconds to do so."""
_PAGES_AT_ONCE = 1000


def bound_log(db: Database, largest: int = LARGEST_WAL) -> bool:
    """Empty the log of writes if it is larger than that; whether it is bounded now.

    What it holds goes into the file in any case. Only a reader that began before the last write
    keeps the log itself from being emptied: then the next call does it.
    """
    if log_bytes(db) <= largest:
        return True
    with _driver(db) as driver:
        (waited_ms,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute(f"PRAGMA busy_timeout = {_WAIT_MS}")
        try:
            (busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.execute(f"PRAGMA busy_timeout = {waited_ms}")
    return not busy


def log_bytes(db: Database) -> int:
    """How large the log of writes is; 0 where there is none."""
    if not db.is_sqlite or not db.url.database:
        return 0
    log = Path(f"{db.url.database}-wal")
    return log.stat().st_size if log.exists() else 0


def give_back(db: Database) -> None:
    """Give pages that nothing uses any more back to the disk, few at a time.

    Files made by versions without that keep their pages, and use them for new rows.
    """
    if not db.is_sqlite:
        return  # PostgreSQL's autovacuum keeps its own files
    with _driver(db) as driver:
        free = _free_pages(driver)
        while free:
            # As a script: a cursor would take the first step only, which is one page.
            driver.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")
            before, free = free, _free_pages(driver)
            if free == before:
                return


def _free_pages(driver: Any) -> int:
    return int(driver.execute("PRAGMA freelist_count").fetchone()[0])


@contextmanager
def _driver(db: Database) -> Iterator[Any]:
    """The driver's connection, outside any transaction."""
    connection = db.engine.raw_connection()
    try:
        yield connection.driver_connection
    except sqlite3.Error as error:
        raise unavailable(error) or error from error
    finally:
        connection.close()

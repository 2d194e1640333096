"""Statements that SQLite and PostgreSQL both know, but SQLAlchemy spells per dialect."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

BATCH = 500
"""So many ids go into one IN list: far below SQLite's 32,766 variables."""


def add_new(tx: Connection, table: Table, on: Sequence[str], rows: Sequence[dict[str, Any]]) -> int:
    """Insert those rows whose key (`on`) is not there yet; how many they were.

    Two transactions that add the same key wait for each other: the second one adds nothing.
    """
    if not rows:
        return 0
    dialect: Any = sqlite if tx.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).on_conflict_do_nothing(index_elements=list(on))
    result = tx.execute(statement, rows, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


def batches(values: Sequence[T], size: int = BATCH) -> list[Sequence[T]]:
    """The values in runs of at most `size`."""
    return [values[start : start + size] for start in range(0, len(values), size)]

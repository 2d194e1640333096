"""Statements that SQLite and PostgreSQL both know, but SQLAlchemy spells per dialect."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Connection, Table, Text, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from api.store.tables.base import FLEET, is_of_fleets

T = TypeVar("T")

BATCH = 500
"""So many ids go into one IN list: far below SQLite's 32,766 variables."""


def add_new(tx: Connection, table: Table, on: Sequence[str], rows: Sequence[dict[str, Any]]) -> int:
    """Insert those rows whose key (`on`, of one fleet) is not there yet; how many they were.

    Two transactions that add the same key wait for each other: the second one adds nothing.
    """
    if not rows:
        return 0
    dialect: Any = sqlite if tx.dialect.name == "sqlite" else postgresql
    key = [FLEET, *on] if is_of_fleets(table) else list(on)
    statement = dialect.insert(table).on_conflict_do_nothing(index_elements=key)
    result = tx.execute(statement, rows, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


def one_of(
    tx: Connection, column: ColumnElement[str], values: Iterable[str]
) -> ColumnElement[bool]:
    """Whether the column is one of many texts, which are one parameter, however many.

    An IN list is spelled anew for each number of values, which takes longer than looking them up.
    """
    wanted = sorted(set(values))
    if tx.dialect.name == "sqlite":
        given = func.json_each(json.dumps(wanted)).table_valued("value")
        return column.in_(select(given.c.value))
    return column == func.any(literal(wanted, ARRAY(Text)))


def batches(values: Sequence[T], size: int = BATCH) -> list[Sequence[T]]:
    """The values in runs of at most `size`."""
    return [values[start : start + size] for start in range(0, len(values), size)]

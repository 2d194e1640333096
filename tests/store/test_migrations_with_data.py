"""From every revision up and down again with a row in every table: nothing is lost on the way."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table

from api import migrations
from api.store.database import Database
from api.store.schema import downgrade, is_current, migrate
from small_city import NOW

REVISIONS = sorted(
    each.revision
    for each in ScriptDirectory(str(Path(migrations.__file__).parent)).walk_revisions()
)
WORDS = {"fleet_id": "main", "status": "done", "role": "admin", "reason": "blocked"}
KINDS = {"plan_documents": "plan", "stop_events": "skipped", "driver_events": "skipped"}
EVENT = {
    "id": "00000000-0000-0000-0000-00000000000a", "kind": "skipped", "plan_id": "x",
    "truck_id": "x", "time": NOW.isoformat(), "visit_id": "x", "reason": "blocked",
    "off_route": False,
}  # fmt: skip
INSTANTS = ("at", "time", "until")
BY_TYPE: tuple[tuple[type, Any], ...] = (
    (sa.JSON, {}),
    (sa.Boolean, False),
    (sa.Date, date(2026, 11, 24)),
    (sa.DateTime, NOW),
    (sa.LargeBinary, b"\x00\xff"),
    (sa.String, "x"),
)
FORGOTTEN = {
    "fill_states": {"changes", "seen", "version", "computed_at"},
    "driver_events": {"document"},
}
"""What is worked out anew instead of carried over."""


def _value(table: Table, column: sa.Column[Any], sqlite: bool) -> Any:
    """Something that fits: all ids are `x`, so that every reference leads somewhere."""
    if column.name == "kind":
        return KINDS.get(table.name, "x")
    if column.name == "id" and table.name in ("driver_events", "stop_events", "photos"):
        return EVENT["id"]
    if column.name == "document" and table.name == "driver_events":
        return EVENT
    if sqlite and isinstance(column.type, sa.BigInteger) and column.name.endswith(INSTANTS):
        return int(NOW.timestamp() * 1e6)
    if isinstance(column.type, sa.String) and column.name in WORDS:
        return WORDS[column.name]
    return next((value for kind, value in BY_TYPE if isinstance(column.type, kind)), 1)


def _reflected(tx: Connection) -> MetaData:
    found = MetaData()
    found.reflect(tx)
    found.remove(found.tables["alembic_version"])
    return found


def _rows(tx: Connection) -> dict[str, dict[str, Any]]:
    """The row of each table, by column."""
    rows = {}
    for table in _reflected(tx).tables.values():
        row = tx.execute(sa.select(table)).mappings().one_or_none()
        left = FORGOTTEN.get(table.name, set())
        rows[table.name] = {} if row is None else {
            name: value for name, value in row.items() if name not in left
        }  # fmt: skip
    return rows


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_row_in_every_table_outlives_the_way_up_and_down(
    empty_db: Database, revision: str
) -> None:
    migrate(empty_db, revision)
    with empty_db.write() as tx:
        for table in _reflected(tx).sorted_tables:
            if table.name == "fleets":
                continue  # there is one from the start
            row = {each.name: _value(table, each, empty_db.is_sqlite) for each in table.columns}
            tx.execute(table.insert().values(row))
        before = _rows(tx)
    migrate(empty_db)
    assert is_current(empty_db)
    downgrade(empty_db, revision)
    with empty_db.read() as tx:
        assert _rows(tx) == before

"""The tables in code and the tables that migrations make are the same, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy import Connection, Date, bindparam, inspect, text
from sqlalchemy.exc import IntegrityError

from api.store.database import Database
from api.store.events import fetch_after, last_seq
from api.store.plans import fetch
from api.store.schema import configured, downgrade, is_current, migrate
from api.store.tables import metadata
from api.store.types import Document, UtcInstant
from api.usecases.driver.state import recorded
from api.usecases.fleets import MAIN, add_fleet
from api.usecases.keys import create_key
from small_city import NOW

NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)
_TABLES = metadata.tables.items()
_PLAN = {"id": "p1", "service_date": NOON.date(), "status": "done", "created_by": "k1"}
_EVENT = {"plan_id": "p1", "truck_id": "t1", "visit_id": "b1", "off_route": False, "key_id": "k1"}
_OLD_PLANS = sa.table(
    "plans",
    *(sa.column(name) for name in ("id", "status", "created_by")),
    sa.column("service_date", sa.Date()),
    sa.column("request", Document),
    sa.column("created_at", UtcInstant()),
)
_OLD_EVENTS = sa.table(
    "stop_events",
    *(sa.column(name) for name in ("id", "plan_id", "truck_id", "visit_id", "kind", "reason")),
    sa.column("off_route", sa.Boolean()),
    sa.column("time", UtcInstant()),
    sa.column("received_at", UtcInstant()),
    sa.column("key_id"),
)


def test_the_migrations_make_exactly_the_tables_of_the_code(empty_db: Database) -> None:
    migrate(empty_db)
    with configured(empty_db) as config:
        command.check(config)  # raises when they differ


def test_the_migrations_make_the_keys_of_the_code_too(empty_db: Database) -> None:
    migrate(empty_db)
    found = inspect(empty_db.engine)
    made = {name: found.get_pk_constraint(name)["constrained_columns"] for name in metadata.tables}
    assert made == {name: [*table.primary_key.columns.keys()] for name, table in _TABLES}


def test_migrating_again_changes_nothing(empty_db: Database) -> None:
    migrate(empty_db)
    migrate(empty_db)
    assert is_current(empty_db)


def test_an_empty_database_is_not_current(empty_db: Database) -> None:
    assert not is_current(empty_db)


def test_the_way_down_leaves_nothing_and_the_way_up_works_again(empty_db: Database) -> None:
    migrate(empty_db)
    downgrade(empty_db, "base")
    assert set(inspect(empty_db.engine).get_table_names()) == {"alembic_version"}
    migrate(empty_db)
    made = set(inspect(empty_db.engine).get_table_names())
    assert made == {"alembic_version", *metadata.tables}


def test_plans_and_what_refers_to_them_outlive_the_way_down_and_up(empty_db: Database) -> None:
    migrate(empty_db, "0001")
    with empty_db.write() as tx:
        for plan_id in ("p1", "p2"):
            tx.execute(
                text(
                    "INSERT INTO plans (id, service_date, request, status, created_by, created_at) "
                    "VALUES (:id, :day, '{}', 'done', 'k', :at)"
                ).bindparams(bindparam("day", type_=Date), bindparam("at", type_=UtcInstant())),
                {"id": plan_id, "day": date(2026, 11, 24), "at": NOW},
            )
        tx.execute(text("INSERT INTO plan_documents VALUES ('p1', 'plan', '{}')"))
    migrate(empty_db)
    with empty_db.write() as tx:
        tx.execute(text("UPDATE plans SET status = 'published' WHERE id = 'p1'"))
    with pytest.raises(IntegrityError), empty_db.write() as tx:
        tx.execute(text("UPDATE plans SET status = 'published' WHERE id = 'p2'"))
    with pytest.raises(IntegrityError), empty_db.write() as tx:
        tx.execute(text("UPDATE plans SET status = 'lost' WHERE id = 'p2'"))
    downgrade(empty_db, "0001")
    with empty_db.read() as tx:
        assert set(tx.execute(text("SELECT status FROM plans")).scalars()) == {"done"}
        assert tx.execute(text("SELECT count(*) FROM plan_documents")).scalar() == 1
    with pytest.raises(IntegrityError), empty_db.write() as tx:
        tx.execute(text("UPDATE plans SET status = 'published' WHERE id = 'p2'"))


def test_a_rebuild_that_would_leave_rows_referring_to_nothing_is_undone(
    sqlite_db: Database,
) -> None:
    with pytest.raises(ValueError, match="refer to nothing"), sqlite_db.rebuild() as tx:
        tx.execute(
            text(
                "INSERT INTO plan_documents (fleet_id, plan_id, kind, document) "
                "VALUES ('main', 'none', 'plan', '{}')"
            )
        )
    with sqlite_db.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM plan_documents")).scalar() == 0


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_db: Database) -> None:
    migrate(empty_db)
    with pytest.raises(Exception, match="9999"):
        migrate(empty_db, "9999")
    assert is_current(empty_db)


def test_what_drivers_said_before_their_day_was_whole_is_carried_over_and_back(
    empty_db: Database,
) -> None:
    migrate(empty_db, "0002")
    told = [
        ("00000000-0000-0000-0000-00000000000a", "done", None, 2),
        ("00000000-0000-0000-0000-00000000000b", "skipped", "blocked", 1),
    ]
    with empty_db.write() as tx:
        tx.execute(_OLD_PLANS.insert().values(_PLAN | {"request": {}, "created_at": NOON}))
        for event_id, kind, reason, minutes in told:
            more = {"id": event_id, "kind": kind, "reason": reason, "time": NOON}
            later = {"received_at": NOON + timedelta(minutes=minutes)}
            tx.execute(_OLD_EVENTS.insert().values(_EVENT | more | later))
        before = _rows(tx, _OLD_EVENTS)
    migrate(empty_db)
    with empty_db.of(MAIN).read() as tx:
        found = [recorded(row) for row in fetch_after(tx, NOON.date(), 0)]
        assert last_seq(tx, NOON.date()) == 2
    assert [(each.seq, each.event.kind) for each in found] == [(1, "skipped"), (2, "done")]
    assert {(str(each.event.id), each.event.time) for each in found} == {
        (event_id, NOON) for event_id, *_ in told
    }
    downgrade(empty_db, "0002")
    with empty_db.read() as tx:
        assert _rows(tx, _OLD_EVENTS) == before


def _rows(tx: Connection, of: sa.TableClause) -> list[Any]:
    return [tuple(row) for row in tx.execute(sa.select(of).order_by(of.c.id))]


def test_what_there_was_before_fleets_is_the_main_fleet_s(empty_db: Database) -> None:
    migrate(empty_db, "0010")
    with empty_db.write() as tx:
        tx.execute(_OLD_PLANS.insert().values(_PLAN | {"request": {}, "created_at": NOON}))
    migrate(empty_db)
    with empty_db.of(MAIN).read() as tx:
        assert fetch(tx, "p1") is not None
    with empty_db.of("other").read() as tx:
        assert fetch(tx, "p1") is None


def test_there_is_no_way_back_to_one_fleet_while_another_has_something(empty_db: Database) -> None:
    migrate(empty_db)
    add_fleet(empty_db, "other", now=NOON)
    create_key(empty_db.of("other"), role="admin", now=NOON)
    with pytest.raises(ValueError, match="api_keys holds rows of the fleet 'other'"):
        downgrade(empty_db, "0010")
    assert is_current(empty_db)

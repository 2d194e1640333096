"""PostgreSQL's own wall between fleets, for a role that is no superuser but owns the tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from api.store.backups import back_up, restore
from api.store.catalogue import hold
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.store.plans import hold_date
from api.store.schema import downgrade, migrate
from api.store.tables import is_of_fleets, metadata
from api.usecases.errors import Unauthenticated
from api.usecases.fleets import MAIN, add_fleet
from api.usecases.keys import authenticate, create_key
from databases import SERVER, run_sql
from small_city import NOW, a_bin, fill_city

OF_FLEETS = sorted(each.name for each in metadata.tables.values() if is_of_fleets(each))


@pytest.fixture(scope="module")
def role() -> Iterator[str]:
    name = f"binrounds_test_{uuid4().hex[:12]}"
    run_sql(f"CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS")
    yield name
    run_sql(f"DROP ROLE {name}")


def _new_database(role: str) -> tuple[str, str]:
    name = f"binrounds_test_{uuid4().hex}"
    run_sql(f"CREATE DATABASE {name} OWNER {role}")
    url = SERVER.set(database=name, username=role).render_as_string(hide_password=False)
    return name, url


@pytest.fixture(scope="module")
def walled(role: str, new_postgresql: Any) -> Iterator[Database]:  # skips without
    """The main fleet with a small city and a key, and the fleet `other` with a key only."""
    name, url = _new_database(role)
    db = Database(url).of(MAIN)
    migrate(db)
    fill_city(db, bins=2)
    add_fleet(db, "other", now=NOW)
    create_key(db.of("other"), role="admin", now=NOW)
    create_key(db, role="admin", now=NOW)
    yield db
    db.close()
    run_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _count(db: Database, table: str) -> int:
    with db.read() as tx:
        return int(tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_the_role_has_no_way_past_policies(walled: Database) -> None:
    with walled.read() as tx:
        found = tx.execute(
            text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).one()
    assert tuple(found) == (False, False)


@pytest.mark.parametrize("table", OF_FLEETS)
def test_every_table_of_fleets_has_its_wall(walled: Database, table: str) -> None:
    with walled.read() as tx:
        found = tx.execute(
            text("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = :name"),
            {"name": table},
        ).one()
    assert tuple(found) == (True, True)


def test_raw_sql_sees_what_is_the_fleet_s_and_without_a_fleet_nothing(walled: Database) -> None:
    assert (_count(walled, "bins"), _count(walled, "api_keys")) == (2, 1)
    assert (_count(walled.of("other"), "bins"), _count(walled.of("other"), "api_keys")) == (0, 1)
    assert {table: _count(walled.of(None), table) for table in OF_FLEETS} == dict.fromkeys(
        OF_FLEETS, 0
    )


def test_raw_sql_changes_nothing_of_another_fleet(walled: Database) -> None:
    with walled.of("other").write() as tx:
        assert tx.execute(text("UPDATE bins SET version = 9")).rowcount == 0
        assert tx.execute(text("DELETE FROM bins WHERE fleet_id = 'main'")).rowcount == 0
    assert _count(walled, "bins") == 2


def test_raw_sql_adds_nothing_to_another_fleet(walled: Database) -> None:
    adding = text(
        "INSERT INTO emptyings (fleet_id, bin_id, time, source) VALUES ('main', :bin, now(), '')"
    )
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        walled.of("other").write() as tx,
    ):
        tx.execute(adding, {"bin": a_bin().id})


def test_a_key_is_found_by_its_secret_and_no_other_key_with_it(walled: Database) -> None:
    made = create_key(walled.of("other"), role="monitor", now=NOW)
    assert authenticate(walled, made.secret, now=NOW).fleet_id == "other"
    with pytest.raises(Unauthenticated):
        authenticate(walled, f"br_{'0' * 26}_{'x' * 43}", now=NOW)
    with walled.of(None).read() as tx:
        tx.execute(text("SELECT set_config('binrounds.key', :id, true)"), {"id": made.key.id})
        assert tx.execute(text("SELECT id FROM api_keys")).scalars().all() == [made.key.id]


def test_who_edits_in_one_fleet_does_not_wait_for_another(walled: Database) -> None:
    with walled.write() as mine, walled.of("other").write() as theirs:
        for tx in (mine, theirs):
            hold(tx)
            hold_date(tx, NOW.date())


def test_who_edits_in_the_same_fleet_waits(walled: Database) -> None:
    with walled.write() as first:
        hold(first)
        with pytest.raises(StoreUnavailable, match="busy"), walled.write() as second:
            hold(second)


def test_a_setting_ends_with_its_transaction(walled: Database) -> None:
    for _ in range(8):  # whichever connection of the pool it is
        assert _count(walled, "bins") == 2
        assert _count(walled.of(None), "bins") == 0


def test_a_backup_holds_all_fleets_and_comes_back_with_the_walls(
    walled: Database, role: str, tmp_path: Path
) -> None:
    back_up(walled, tmp_path / "backup")
    name, url = _new_database(role)
    other = Database(url)
    try:
        restore(other, tmp_path / "backup")
        assert _count(other.of(MAIN), "bins") == 2
        keys = [_count(each.of("other"), "api_keys") for each in (other, walled)]
        assert keys[0] == keys[1] > 0
        assert _count(other, "bins") == 0
    finally:
        other.close()
        run_sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_way_down_takes_the_walls_away_and_keeps_the_rows(
    role: str,
    new_postgresql: Any,  # as above
) -> None:
    name, url = _new_database(role)
    db = Database(url).of(MAIN)
    try:
        migrate(db)
        fill_city(db, bins=2)
        downgrade(db, "0010")
        assert _count(db, "bins") == 2
    finally:
        db.close()
        run_sql(f"DROP DATABASE {name} WITH (FORCE)")

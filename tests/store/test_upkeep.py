"""Old rows go, few at a time; the log of writes stays bounded, whoever reads."""

from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text

from api.store.database import Database
from api.store.files import bound_log, give_back, log_bytes
from api.store.pruning import forget_readings
from api.store.tables import quarantine, readings
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.readings import ingest_readings
from api.usecases.upkeep import Pruned, prune
from small_city import NOW, a_reading, fill_city

MANY = 20_000


def _fill(db: Database, ages_h: list[int]) -> None:
    rows = [
        {"time": NOW - timedelta(hours=age), "sensor_id": f"s-{number}", "sequence": 0,
         "bin_id": "bin-1", "fill": 0.5, "quality": 0}
        for number, age in enumerate(ages_h)
    ]  # fmt: skip
    with db.write() as tx:
        tx.execute(insert(readings), rows)


def _count(db: Database) -> int:
    with db.read() as tx:
        return tx.execute(select(func.count()).select_from(readings)).scalar_one()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ages=st.lists(st.integers(0, 8), min_size=1, max_size=30), at_most=st.integers(1, 9))
def test_small_steps_drop_what_is_old_and_nothing_else(
    sqlite_db: Database, ages: list[int], at_most: int
) -> None:
    with sqlite_db.write() as tx:
        tx.execute(readings.delete())
    _fill(sqlite_db, ages)
    old, steps = sum(age > 4 for age in ages), 0
    while True:
        with sqlite_db.write() as tx:
            dropped = forget_readings(tx, NOW - timedelta(hours=4), at_most)
        assert dropped or _count(sqlite_db) == len(ages) - old
        if not dropped:
            break
        steps += 1
    assert steps <= old


def test_readings_and_quarantine_are_pruned_by_age(db: Database) -> None:
    fill_city(db)
    batch = [a_reading(1, hours_ago=24 * days) for days in (1, 50, 60)]
    ingest_readings(db, [*batch, a_reading(9)], principal=LOCAL_ADMIN, now=NOW)
    kept = {"readings_kept": timedelta(days=45), "quarantine_kept": timedelta(days=30)}
    assert prune(db, now=NOW, **kept) == Pruned(2, 0)
    assert prune(db, now=NOW, **kept) == Pruned(0, 0)
    assert _count(db) == 1
    assert prune(db, now=NOW + timedelta(days=31), **kept) == Pruned(0, 1)
    with db.read() as tx:
        assert tx.execute(select(func.count()).select_from(quarantine)).scalar_one() == 0


def test_a_pruned_file_gives_its_room_back(sqlite_db: Database) -> None:
    _fill(sqlite_db, [3000] * MANY)
    bound_log(sqlite_db, largest=0)
    full = Path(sqlite_db.url.database or "").stat().st_size
    prune(sqlite_db, now=NOW, readings_kept=timedelta(days=42), quarantine_kept=timedelta(days=1))
    give_back(sqlite_db)
    bound_log(sqlite_db, largest=0)
    assert Path(sqlite_db.url.database or "").stat().st_size < full / 2
    with sqlite_db.read() as tx:
        assert tx.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_the_log_is_emptied_as_soon_as_a_long_reader_is_gone(sqlite_db: Database) -> None:
    with sqlite_db.read() as tx:
        assert tx.execute(select(func.count()).select_from(readings)).scalar_one() == 0
        _fill(sqlite_db, [1] * MANY)
        assert not bound_log(sqlite_db, largest=1000)
        assert log_bytes(sqlite_db) > 1000
        _fill(sqlite_db, [2] * 10)  # nobody has to wait for the reader
    assert bound_log(sqlite_db, largest=1000)
    assert log_bytes(sqlite_db) == 0
    assert _count(sqlite_db) == MANY + 10

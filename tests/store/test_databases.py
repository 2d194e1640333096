"""What both databases promise to everything above them."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.store.tables import emptyings
from api.usecases.fleets import MAIN

NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)


def _add(db: Database, bin_id: str, time: datetime = NOON) -> None:
    with db.write() as tx:
        tx.execute(insert(emptyings).values(bin_id=bin_id, time=time, source="driver"))


def _ids(db: Database) -> list[str]:
    with db.read() as tx:
        return list(tx.execute(select(emptyings.c.bin_id).order_by(emptyings.c.bin_id)).scalars())


def test_an_exception_takes_back_the_whole_transaction(db: Database) -> None:
    def half() -> None:
        with db.write() as tx:
            tx.execute(insert(emptyings).values(bin_id="a", time=NOON, source="driver"))
            raise LookupError

    with pytest.raises(LookupError):
        half()
    assert _ids(db) == []


def test_an_instant_comes_back_in_utc_to_the_microsecond_whatever_its_offset(
    db: Database,
) -> None:
    time = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    _add(db, "a", time)
    with db.read() as tx:
        found = tx.execute(select(emptyings.c.time)).scalar_one()
    assert found == time
    assert found.tzinfo == UTC


def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    with pytest.raises(Exception, match="no time zone"):
        _add(db, "a", datetime(2026, 1, 1))  # noqa: DTZ001  # the point of the test


def test_a_reader_sees_one_state_while_others_write(db: Database) -> None:
    with db.read() as tx:
        count = "SELECT count(*) FROM emptyings"
        before = tx.execute(text(count)).scalar_one()
        _add(db, "a")
        assert tx.execute(text(count)).scalar_one() == before
    assert _ids(db) == ["a"]


def test_a_new_connection_reads_at_once_while_another_writes(sqlite_url: str) -> None:
    writer, newcomer = (
        Database(sqlite_url).of(MAIN),
        Database(sqlite_url, busy_timeout_s=0.0).of(MAIN),
    )
    with writer.write() as tx:
        tx.execute(text("DELETE FROM plans"))
        with newcomer.read() as seen:
            assert seen.execute(text("SELECT count(*) FROM plans")).scalar_one() == 0
    writer.close()
    newcomer.close()


def test_a_locked_sqlite_file_is_busy_within_the_timeout(sqlite_url: str) -> None:
    holder, other = Database(sqlite_url).of(MAIN), Database(sqlite_url, busy_timeout_s=0.1).of(MAIN)
    with holder.write(), pytest.raises(StoreUnavailable) as caught:
        _add(other, "a")
    assert caught.value.code == "database_busy"
    _add(other, "a")
    assert _ids(other) == ["a"]


def test_a_file_that_cannot_be_opened_is_unavailable(sqlite_url: str) -> None:
    db = Database(sqlite_url.replace("binrounds.sqlite3", "no/such/place.sqlite3")).of(MAIN)
    with pytest.raises(StoreUnavailable) as caught:
        _ids(db)
    assert caught.value.code == "database_unavailable"


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite3"
    path.write_text("this is a diary" * 100)
    with pytest.raises(StoreUnavailable):
        _ids(Database(f"sqlite:///{path}").of(MAIN))


def test_a_full_disk_is_said_and_nothing_of_the_transaction_stays(sqlite_db: Database) -> None:
    with sqlite_db.read() as tx:
        pages = tx.execute(text("PRAGMA page_count")).scalar_one()

    def fill() -> None:
        with sqlite_db.write() as tx:
            tx.execute(text(f"PRAGMA max_page_count = {pages + 2}"))
            rows = [{"bin_id": f"b{i}", "time": NOON, "source": "driver"} for i in range(5000)]
            tx.execute(insert(emptyings), rows)

    with pytest.raises(StoreUnavailable) as caught:
        fill()
    assert caught.value.code == "disk_full"
    assert _ids(sqlite_db) == []


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable) as caught:
        _ids(Database("postgresql+psycopg://postgres@127.0.0.1:9/none").of(MAIN))
    assert caught.value.code == "database_unavailable"


def test_sqlite_keeps_what_it_said_it_kept(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    with db.read() as tx:
        found = {
            name: tx.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    db.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_writers_in_many_threads_wait_for_each_other(db: Database) -> None:
    threads = [threading.Thread(target=_add, args=(db, f"bin{i}")) for i in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(_ids(db)) == 8

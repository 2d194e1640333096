"""A backup taken while others write is one instant of the database, and comes back as it was."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from api.store import backups
from api.store.backups import NoBackup, back_up, restore
from api.store.database import Database
from api.store.schema import is_current, migrate
from api.store.tables import driver_days, metadata, photos, readings
from api.usecases.fleets import MAIN
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.readings import ingest_readings
from small_city import NOW, a_reading, fill_city


def _everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    with db.read() as tx:
        return {
            name: sorted((tuple(row) for row in tx.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }


def _furnish(db: Database) -> None:
    fill_city(db)
    batch = [a_reading(1, hours_ago=hours) for hours in range(1, 50)]
    ingest_readings(db, [*batch, a_reading(77)], principal=LOCAL_ADMIN, now=NOW)
    picture = {"id": "p", "truck_id": "truck-1", "key_id": "k", "media_type": "image/png"}
    size = {"width": 1, "height": 1, "sha256": "0", "data": bytes(range(256)), "received_at": NOW}
    with db.write() as tx:
        tx.execute(photos.insert().values(picture | size))
        tx.execute(driver_days.insert().values(service_date=NOW.date(), seq=3))


@pytest.fixture
def other(db: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Database:
    """Another database of the same kind, with nothing in it."""
    if db.is_sqlite:
        return Database(f"sqlite:///{tmp_path}/new/other.sqlite3").of(MAIN)
    new: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return Database(new()).of(MAIN)


def test_what_was_backed_up_comes_back_whole_into_another_database(
    db: Database, other: Database, tmp_path: Path
) -> None:
    _furnish(db)
    file = tmp_path / "kept" / "backup"
    revision = back_up(db, file)
    assert [each.name for each in file.parent.iterdir()] == ["backup"]
    assert restore(other, file) == revision
    assert is_current(other)
    assert _everything(other) == _everything(db)
    other.close()


def test_a_backup_under_writes_is_one_instant(db: Database, tmp_path: Path) -> None:
    """Each transaction writes two rows: no backup has one without the other."""
    fill_city(db)
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            pair = [a_reading(which, sequence=number) for which in (1, 2)]
            ingest_readings(db, pair, principal=LOCAL_ADMIN, now=NOW)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(2):
            back_up(db, tmp_path / f"backup-{number}")
    finally:
        done.set()
        writer.join()
    restore(db, tmp_path / "backup-1", replace=True)
    with db.read() as tx:
        kept = tx.execute(select(readings.c.sequence, readings.c.bin_id)).all()
    for number in {row.sequence for row in kept}:
        assert {row.bin_id for row in kept if row.sequence == number} == {"bin-1", "bin-2"}


def test_a_database_that_holds_something_is_overwritten_only_when_told(
    db: Database, tmp_path: Path
) -> None:
    _furnish(db)
    back_up(db, tmp_path / "backup")
    before = _everything(db)
    ingest_readings(db, [a_reading(2)], principal=LOCAL_ADMIN, now=NOW)
    with pytest.raises(NoBackup) as caught:
        restore(db, tmp_path / "backup")
    assert caught.value.code == "not_empty"
    assert _everything(db) != before
    restore(db, tmp_path / "backup", replace=True)
    assert _everything(db) == before


def test_a_backup_is_never_written_over_a_file(sqlite_db: Database, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("of yesterday")
    with pytest.raises(NoBackup, match="is there already"):
        back_up(sqlite_db, tmp_path / "backup")
    assert (tmp_path / "backup").read_text() == "of yesterday"


def test_what_is_no_backup_replaces_nothing(db: Database, tmp_path: Path) -> None:
    fill_city(db)
    before = _everything(db)
    back_up(db, tmp_path / "whole")
    whole = (tmp_path / "whole").read_bytes()
    for name, content in (("text", b"a diary" * 1000), ("half", whole[: len(whole) // 2])):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NoBackup):
            restore(db, tmp_path / name, replace=True)
    with pytest.raises(NoBackup, match="there is no file"):
        restore(db, tmp_path / "none", replace=True)
    assert _everything(db) == before


def test_a_backup_of_a_newer_version_is_refused(db: Database, tmp_path: Path) -> None:
    with db.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NoBackup) as caught:
        back_up(db, tmp_path / "backup")
    assert caught.value.code == "backup_is_newer"
    assert not list(tmp_path.glob("backup*"))


def test_a_backup_of_an_older_version_is_brought_up_to_date_after(
    empty_db: Database, tmp_path: Path
) -> None:
    migrate(empty_db, "0004")
    assert back_up(empty_db, tmp_path / "backup") == "0004"
    migrate(empty_db)
    assert restore(empty_db, tmp_path / "backup", replace=True) == "0004"
    migrate(empty_db)
    assert is_current(empty_db)


def test_a_missing_program_is_named(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db_url.startswith("sqlite"):
        pytest.skip("SQLite needs no program")
    monkeypatch.setattr(backups.shutil, "which", lambda _: None)
    with pytest.raises(NoBackup, match="pg_dump is missing"):
        back_up(Database(db_url).of(MAIN), tmp_path / "backup")

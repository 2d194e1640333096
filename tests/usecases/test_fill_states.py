"""Fill states are as fresh as the readings, and a single bin's agrees with all bins' at once."""

import shutil
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, update

from api.store.database import Database
from api.store.states import (
    Stale,
    fetch_pools,
    fetch_states,
    fold_news,
    mark_stale,
    stale_bins,
    write_states,
)
from api.store.tables import fill_states, readings
from api.usecases import catalogue
from api.usecases.bins import bin_detail
from api.usecases.catalogue import BINS
from api.usecases.errors import NotFound
from api.usecases.fleets import MAIN
from api.usecases.imports import import_emptyings, import_readings
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.readings import ingest_readings
from api.usecases.states import keep_fill_states, refresh_fill_states
from small_city import NOW, a_bin, a_reading, fill_city

ZONE = ZoneInfo("Europe/Copenhagen")


def _rising(number: int, *, days: int = 10, per_day: float = 0.08) -> list[dict[str, object]]:
    return [
        a_reading(number, hours_ago=hours, fill=round((days - hours / 24) * per_day, 3))
        for hours in range(1, days * 24, 6)
    ]


def _read(db: Database, *batch: dict[str, object]) -> None:
    result = ingest_readings(db, list(batch), principal=LOCAL_ADMIN, now=NOW)
    assert result.quarantined == 0


def test_states_follow_the_readings_and_only_stale_ones_are_computed(db: Database) -> None:
    fill_city(db)
    _read(db, *_rising(1), *_rising(2))
    assert refresh_fill_states(db, now=NOW, zone=ZONE) == 3
    assert refresh_fill_states(db, now=NOW, zone=ZONE) == 0
    with db.read() as tx:
        first = fetch_states(tx)
    assert first["bin-1"].level == pytest.approx(0.8, abs=0.05)
    _read(db, a_reading(2, hours_ago=0, fill=0.05))
    assert refresh_fill_states(db, now=NOW, zone=ZONE) == 1
    with db.read() as tx:
        assert fetch_states(tx)["bin-1"] == first["bin-1"]
        assert fetch_states(tx)["bin-2"] != first["bin-2"]


def test_a_state_grows_old_even_without_readings(db: Database) -> None:
    fill_city(db)
    refresh_fill_states(db, now=NOW, zone=ZONE)
    assert refresh_fill_states(db, now=NOW + timedelta(hours=7), zone=ZONE) == 3


def test_a_reading_by_a_clock_that_is_ahead_counts_once_its_time_has_come(db: Database) -> None:
    fill_city(db, bins=2)
    _read(db, *_rising(1), *_rising(2), a_reading(1, hours_ago=-1 / 30, fill=0.05))
    refresh_fill_states(db, now=NOW, zone=ZONE)
    later = NOW + timedelta(minutes=3)
    assert refresh_fill_states(db, now=later, zone=ZONE) == 1
    with db.read() as tx:
        assert fetch_states(tx)["bin-1"].last_reading == 0.05
    assert refresh_fill_states(db, now=later, zone=ZONE) == 0


def test_a_change_in_mid_computation_leaves_the_bin_stale(db: Database) -> None:
    fill_city(db, bins=1)
    with db.write() as tx:
        seen = stale_bins(tx, NOW)
        refreshed = bin_detail(db, "bin-1", now=NOW, zone=ZONE).state
    with db.write() as tx:
        mark_stale(tx, ["bin-1"], since=NOW)
        write_states(tx, [refreshed], seen, NOW)
        assert "bin-1" in stale_bins(tx, NOW - timedelta(hours=1))


def test_a_late_writer_does_not_put_an_older_state_over_a_newer_one(db: Database) -> None:
    fill_city(db, bins=1)
    old = bin_detail(db, "bin-1", now=NOW, zone=ZONE).state
    _read(db, *_rising(1))
    refresh_fill_states(db, now=NOW, zone=ZONE)
    with db.write() as tx:
        write_states(tx, [old], Stale({"bin-1": 0}, []), NOW)
        assert fetch_states(tx)["bin-1"] != old


def test_news_that_a_late_writer_knew_of_stay_for_the_next_one(db: Database) -> None:
    fill_city(db, bins=1)
    state = bin_detail(db, "bin-1", now=NOW, zone=ZONE).state
    with db.write() as tx:
        early = stale_bins(tx, NOW)
        mark_stale(tx, ["bin-1"], since=NOW)
        late = stale_bins(tx, NOW)
        write_states(tx, [state], early, NOW)
        write_states(tx, [state], late, NOW)
        assert "bin-1" in stale_bins(tx, NOW - timedelta(hours=1))


def test_news_folded_into_one_tell_of_the_same_bins(db: Database) -> None:
    fill_city(db)
    refresh_fill_states(db, now=NOW, zone=ZONE)
    with db.write() as tx:
        for number in (1, 3, 1):
            mark_stale(tx, [f"bin-{number}"], since=NOW)
        fold_news(tx)
        stale = stale_bins(tx, NOW - timedelta(hours=1))
    assert set(stale.versions) == {"bin-1", "bin-3"}
    assert len(stale.news) == 1


def test_an_edited_bin_is_stale(db: Database) -> None:
    fill_city(db)
    refresh_fill_states(db, now=NOW, zone=ZONE)
    catalogue.put(db, BINS, a_bin(1, volume_l=500), expected=1, now=NOW)
    assert refresh_fill_states(db, now=NOW, zone=ZONE) == 1


def test_a_bins_detail_agrees_with_the_state_that_a_plan_uses(db: Database) -> None:
    fill_city(db)
    _read(db, *_rising(1), *_rising(2, per_day=0.05))
    refresh_fill_states(db, now=NOW, zone=ZONE)
    with db.read() as tx:
        expected = fetch_states(tx)["bin-1"]
        assert set(fetch_pools(tx)[0]) == {"residual/large"}
    detail = bin_detail(db, "bin-1", now=NOW, zone=ZONE)
    assert detail.state == expected
    assert detail.readings[0].time == NOW - timedelta(hours=1)
    assert len(detail.readings) == 20


def test_a_bins_detail_knows_a_reading_at_once(db: Database) -> None:
    fill_city(db)
    _read(db, *_rising(1))
    before = bin_detail(db, "bin-1", now=NOW, zone=ZONE)
    _read(db, a_reading(1, hours_ago=0, fill=0.84))
    after = bin_detail(db, "bin-1", now=NOW, zone=ZONE)
    assert after.state.level > before.state.level
    chances = [each.overflow_chance for each in after.outlook]
    assert chances == sorted(chances)
    assert chances[-1] > chances[0]
    assert after.full_at.expected is not None
    assert [each.at - NOW for each in after.outlook] == [timedelta(days=n) for n in range(4)]


def test_a_bin_never_heard_of_still_has_a_forecast(db: Database) -> None:
    fill_city(db)
    detail = bin_detail(db, "bin-3", now=NOW, zone=ZONE)
    assert detail.reliability == "low"
    assert detail.readings == ()
    assert detail.last_emptying is None


def test_the_last_emptying_is_what_the_driver_said(db: Database) -> None:
    fill_city(db)
    time = NOW - timedelta(days=2)
    raw = f"bin_id,time\nbin-1,{time.isoformat()}\n".encode()
    import_emptyings(db, raw, now=NOW)
    told = bin_detail(db, "bin-1", now=NOW, zone=ZONE).last_emptying
    assert told is not None
    assert (told.time, told.source) == (time, "driver")


def test_no_bin_no_detail(db: Database) -> None:
    with pytest.raises(NotFound):
        bin_detail(db, "nowhere", now=NOW, zone=ZONE)


def test_readings_in_any_order_repeated_and_with_computing_in_between_give_one_state(
    db: Database, sqlite_template: Path, tmp_path: Path
) -> None:
    path = shutil.copy(sqlite_template, tmp_path / "reference")
    reference = Database(f"sqlite:///{path}").of(MAIN)
    batch = [*_rising(1), *_rising(2, per_day=0.12), a_reading(3, fill=0.3)]
    for each in (reference, db):
        fill_city(each)
    _read(reference, *batch)
    Random(4).shuffle(batch)
    for part in (batch[:30], batch[20:], batch):
        _read(db, *part)
        refresh_fill_states(db, now=NOW, zone=ZONE)
    later = NOW + timedelta(hours=25)  # what kinds have in common is learned once a day
    states = []
    for each in (reference, db):
        keep_fill_states(each, now=later, zone=ZONE)
        with each.read() as tx:
            states.append((fetch_pools(tx), fetch_states(tx)))
    reference.close()
    assert states[0] == states[1]


def test_a_state_goes_on_from_what_was_believed_and_reads_no_history(db: Database) -> None:
    fill_city(db)
    _read(db, *_rising(1), *_rising(2))
    refresh_fill_states(db, now=NOW, zone=ZONE)
    _read(db, a_reading(1, hours_ago=-1 / 60, fill=0.83))
    later = NOW + timedelta(hours=1)
    expected = bin_detail(db, "bin-1", now=later, zone=ZONE).state
    with db.write() as tx:
        tx.execute(delete(readings).where(readings.c.time < NOW))
    refresh_fill_states(db, now=later, zone=ZONE)
    with db.read() as tx:
        assert fetch_states(tx)["bin-1"] == expected
    assert (expected.readings, expected.last_reading) == (41, 0.83)


def test_what_comes_late_is_put_in_its_place_by_going_on_from_before_it(db: Database) -> None:
    fill_city(db)
    batch = [*_rising(1), *_rising(2)]
    Random(2).shuffle(batch)
    hours = (0.0, 0.5, 7.0, 20.0)
    for n, hour in enumerate(hours):
        _read(db, *batch[n::4])
        refresh_fill_states(db, now=NOW + timedelta(hours=hour), zone=ZONE)
    emptied = (NOW - timedelta(hours=9)).isoformat()
    rows = f"bin_id,time\nbin-1,{emptied}\nbin-2,{emptied}\n"
    import_emptyings(db, rows.encode(), now=NOW)
    last = NOW + timedelta(hours=21)
    refresh_fill_states(db, now=last, zone=ZONE)
    with db.write() as tx:
        gone_on = fetch_states(tx)
        tx.execute(update(fill_states).values(points=None))
        mark_stale(tx, ["bin-1", "bin-2"], since=None)
    refresh_fill_states(db, now=last, zone=ZONE)
    with db.read() as tx:
        anew = fetch_states(tx)
    assert {name: gone_on[name] for name in ("bin-1", "bin-2")} == {
        name: anew[name] for name in ("bin-1", "bin-2")
    }


def test_history_from_a_file_is_learned_from_at_once(db: Database) -> None:
    fill_city(db)
    refresh_fill_states(db, now=NOW, zone=ZONE)
    with db.read() as tx:
        before, _ = fetch_pools(tx)
    rows = "".join(f"{each['sensor_id']},{each['time']},{each['fill']}\n" for each in _rising(1))
    import_readings(db, b"sensor_id,time,fill\n" + rows.encode(), now=NOW)
    refresh_fill_states(db, now=NOW, zone=ZONE)
    with db.read() as tx:
        assert fetch_pools(tx)[0] != before


def test_nothing_is_learned_before_anything_was_heard(db: Database) -> None:
    fill_city(db)
    assert keep_fill_states(db, now=NOW, zone=ZONE) == 0
    _read(db, *_rising(1))
    assert keep_fill_states(db, now=NOW, zone=ZONE) == 3


BAD: dict[str, dict[str, object]] = {
    "not_finite": {"fill": float("nan")},
    "negative": {"fill": -0.2},
    "over_full": {"fill": 47.0},  # per cent given as a share: wrong by 100
    "future": {"hours_ago": -30},
    "ancient": {"hours_ago": 24 * 365 * 3},
    "conflicting": {"hours_ago": 25, "fill": 0.99},
}


def test_bad_readings_are_kept_aside_with_their_reasons_and_leave_every_state_as_it_was(
    sqlite_db: Database, sqlite_template: Path, tmp_path: Path
) -> None:
    path = shutil.copy(sqlite_template, tmp_path / "reference")
    reference = Database(f"sqlite:///{path}").of(MAIN)
    good = [*_rising(1), *_rising(2)]
    for each in (reference, sqlite_db):
        fill_city(each)
        _read(each, *good)
    bad = [a_reading(1, **changes) for changes in BAD.values()]  # type: ignore[arg-type]
    infinite = a_reading(1, hours_ago=3.3, fill=float("inf"))
    result = ingest_readings(sqlite_db, [*good, *bad, infinite], principal=LOCAL_ADMIN, now=NOW)
    assert (result.accepted, result.duplicate) == (0, len(good))
    assert [each.reason for each in result.problems] == [*BAD, "not_finite"]
    states = []
    for each in (reference, sqlite_db):
        refresh_fill_states(each, now=NOW, zone=ZONE)
        with each.read() as tx:
            states.append(fetch_states(tx))
    reference.close()
    assert states[0] == states[1]

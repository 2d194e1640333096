"""Readings: accepted, duplicate or in quarantine, and never lost."""

import json
from datetime import timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from api.store.database import Database
from api.store.states import stale_bins
from api.store.tables import quarantine, readings
from api.usecases import catalogue
from api.usecases.catalogue import BINS
from api.usecases.drafts import Bad, check_reading
from api.usecases.errors import Conflict, Forbidden, Invalid
from api.usecases.idempotency import Once
from api.usecases.keys import LOCAL_ADMIN, Principal
from api.usecases.readings import (
    IngestResult,
    ingest_readings,
    list_quarantine,
    take_in_again,
)
from api.usecases.states import refresh_fill_states
from small_city import NOW, a_bin, a_reading, fill_city

BACKEND = Principal("k1", "sensor", "backend", sensor_prefix="s-")


def _take(db: Database, *batch: Any, principal: Principal = BACKEND) -> IngestResult:
    return ingest_readings(db, list(batch), principal=principal, now=NOW)


def _counts(result: IngestResult) -> tuple[int, int, int]:
    return (result.accepted, result.duplicate, result.quarantined)


def _state(db: Database) -> set[tuple[Any, ...]]:
    with db.read() as tx:
        kept = {tuple(row) for row in tx.execute(select(readings))}
        columns = (quarantine.c.raw, quarantine.c.reason, quarantine.c.key_id)
        return kept | {tuple(row) for row in tx.execute(select(*columns))}


def test_readings_go_to_the_bin_of_their_sensor_and_mark_it_stale(db: Database) -> None:
    fill_city(db)
    refresh_fill_states(db, now=NOW, zone=ZoneInfo("Europe/Copenhagen"))
    assert _counts(_take(db, a_reading(1), a_reading(2))) == (2, 0, 0)
    with db.read() as tx:
        assert set(tx.execute(select(readings.c.bin_id)).scalars()) == {"bin-1", "bin-2"}
        assert set(stale_bins(tx, NOW).versions) == {"bin-1", "bin-2"}


def test_a_reading_keeps_the_bin_that_its_sensor_sat_in(db: Database) -> None:
    fill_city(db)
    _take(db, a_reading(1))
    catalogue.put(db, BINS, a_bin(1, sensor_id=None), expected=1, now=NOW)
    catalogue.put(db, BINS, a_bin(9, sensor_id="s-1"), now=NOW)
    _take(db, a_reading(1, hours_ago=0))
    with db.read() as tx:
        found = tx.execute(select(readings.c.bin_id).order_by(readings.c.time)).scalars().all()
    assert found == ["bin-1", "bin-9"]


def test_the_same_again_is_a_duplicate_in_the_batch_and_after_it(db: Database) -> None:
    fill_city(db)
    same_instant = (NOW - timedelta(hours=1)).astimezone(timezone(timedelta(hours=9)))
    again = a_reading(1, time=same_instant.isoformat())
    assert _counts(_take(db, a_reading(1), again)) == (1, 1, 0)
    assert _counts(_take(db, a_reading(1), a_reading(2), again)) == (1, 2, 0)


def test_percent_and_share_are_one_level(db: Database) -> None:
    fill_city(db)
    percent = a_reading(1, fill_percent=50)
    del percent["fill"]
    assert _counts(_take(db, a_reading(1), percent)) == (1, 1, 0)


def test_another_value_under_the_same_key_is_kept_aside(db: Database) -> None:
    fill_city(db)
    in_batch = _take(db, a_reading(1), a_reading(1, fill=0.6))
    after = _take(db, a_reading(2), a_reading(1, fill=0.7), a_reading(1, quality=3))
    assert _counts(in_batch) == (1, 0, 1)
    assert _counts(after) == (1, 0, 2)
    assert [each.reason for each in after.problems] == ["conflicting"] * 2
    assert [each.index for each in after.problems] == [1, 2]
    with db.read() as tx:
        kept = tx.execute(select(readings.c.fill).where(readings.c.sensor_id == "s-1"))
        assert kept.scalars().all() == [0.5]


BAD = [
    ("malformed", 7),
    ("malformed", [1, 2]),
    ("malformed", None),
    ("malformed", a_reading(fill_percent=50)),
    ("malformed", a_reading(sensor_id="")),
    ("malformed", a_reading(sensor_id="a b")),
    ("malformed", a_reading(sensor_id="s" * 65)),
    ("malformed", a_reading(sequence=-1)),
    ("malformed", a_reading(sequence=2**63)),
    ("malformed", a_reading(quality=5)),
    ("unknown_field", a_reading(battery=3)),
    ("missing_field", {"sensor_id": "s-1", "fill": 0.5}),
    ("missing_field", {"time": NOW.isoformat(), "fill": 0.5}),
    ("missing_field", {"time": NOW.isoformat(), "sensor_id": "s-1"}),
    ("wrong_type", a_reading(fill="0.5")),
    ("wrong_type", a_reading(fill=True)),
    ("wrong_type", a_reading(fill=None)),
    ("wrong_type", a_reading(sensor_id=7)),
    ("wrong_type", a_reading(time=1764000000)),
    ("wrong_type", a_reading(time="yesterday")),
    ("wrong_type", a_reading(time="2026-11-23T12:00:00")),
    ("wrong_type", a_reading(time="0001-01-01T00:00:00+14:00")),
    ("wrong_type", a_reading(sequence=1.5)),
    ("wrong_type", a_reading(quality="4")),
    ("not_finite", a_reading(fill=float("nan"))),
    ("not_finite", a_reading(fill=float("inf"))),
    ("negative", a_reading(fill=-0.01)),
    ("over_full", a_reading(fill=1.51)),
    ("over_full", a_reading(fill=50)),
    ("over_full", a_reading(fill=10**4000)),
    ("future", a_reading(hours_ago=-0.1)),
    ("ancient", a_reading(hours_ago=401 * 24)),
    ("unknown_sensor", a_reading(99)),
    ("foreign_device", a_reading(sensor_id="other-1")),
]


@pytest.mark.parametrize(("reason", "bad"), BAD)
def test_a_bad_reading_is_kept_with_its_reason_and_stops_no_other(
    sqlite_db: Database, reason: str, bad: Any
) -> None:
    fill_city(sqlite_db, bins=2)
    raw = json.dumps({"readings": [a_reading(1), bad, a_reading(2)]}).encode()
    result = ingest_readings(sqlite_db, raw, principal=BACKEND, now=NOW)
    assert _counts(result) == (2, 0, 1)
    assert [(each.index, each.reason) for each in result.problems] == [(1, reason)]
    (kept,) = list_quarantine(sqlite_db).items
    assert (kept.reason, kept.key_id, kept.received_at) == (reason, "k1", NOW)
    assert kept.raw == json.dumps(bad)


def test_quarantine_holds_what_no_database_would_take(db: Database) -> None:
    fill_city(db)
    odd = a_reading(1, fill=float("nan"), sensor_id="\x00nul")
    _take(db, odd, odd)
    (kept,) = list_quarantine(db).items
    assert "\\u0000nul" in kept.raw


def test_five_minutes_ahead_is_a_clock_that_is_off_not_the_future(db: Database) -> None:
    fill_city(db)
    assert _counts(_take(db, a_reading(1, hours_ago=-5 / 60))) == (1, 0, 0)


def test_the_quarantine_pages_newest_first(db: Database) -> None:
    fill_city(db)
    _take(db, *(a_reading(1, fill=2 + n) for n in range(5)))
    first = list_quarantine(db, limit=3)
    rest = list_quarantine(db, limit=3, cursor=first.next_cursor)
    fills = [json.loads(each.raw)["fill"] for each in (*first.items, *rest.items)]
    assert fills == [6, 5, 4, 3, 2]
    assert rest.next_cursor is None


@pytest.mark.parametrize("role", ["dispatcher", "driver"])
def test_only_sensors_and_admins_write_readings(sqlite_db: Database, role: Any) -> None:
    with pytest.raises(Forbidden):
        _take(sqlite_db, a_reading(1), principal=Principal("k", role, ""))


def test_a_key_for_named_devices_writes_for_no_other(db: Database) -> None:
    fill_city(db)
    one = Principal("k2", "sensor", "one", sensor_ids=frozenset({"s-1"}))
    result = _take(db, a_reading(1), a_reading(2), principal=one)
    assert _counts(result) == (1, 0, 1)
    assert result.problems[0].reason == "foreign_device"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"7",
        b'{"readings": 7}',
        b'{"readings": [], "x": 1}',
        b'[{"fill": 1, "fill": 2}]',
        b"[" * 100_000,
        b"[" + b"9" * 5000 + b"]",
        b'["\\ud800"]',
        b'["\xff"]',
    ],
)
def test_a_body_that_cannot_be_read_is_refused_whole(sqlite_db: Database, raw: bytes) -> None:
    with pytest.raises(Invalid):
        ingest_readings(sqlite_db, raw, principal=LOCAL_ADMIN, now=NOW)


def test_a_batch_has_a_largest_size(sqlite_db: Database) -> None:
    with pytest.raises(Invalid, match="at most 2"):
        ingest_readings(sqlite_db, [a_reading(1)] * 3, principal=LOCAL_ADMIN, now=NOW, most=2)


def test_a_repeated_request_gets_its_first_answer(db: Database) -> None:
    fill_city(db)
    once = Once("key-1", "k1", "hash")
    batch = [a_reading(1), a_reading(9)]
    first = ingest_readings(db, batch, principal=BACKEND, now=NOW, once=once)
    again = ingest_readings(db, batch, principal=BACKEND, now=NOW, once=once)
    assert first == again
    assert first.accepted == 1
    other = Once("key-1", "k1", "another hash")
    with pytest.raises(Conflict) as caught:
        ingest_readings(db, batch, principal=BACKEND, now=NOW, once=other)
    assert caught.value.code == "idempotency_key_reused"


_HOURS = st.integers(-1, 5)
_ONE = st.builds(
    lambda number, hours, fill: a_reading(number, hours_ago=hours, fill=fill / 10),
    st.integers(1, 3),
    _HOURS,
    st.integers(-1, 16),
)


def _one_level_a_key(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    for each in batch:
        first.setdefault((each["sensor_id"], each["time"]), each)
    return list(first.values())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_order_and_repetition_of_batches_gives_one_state(
    sqlite_db: Database, data: st.DataObject
) -> None:
    batch = _one_level_a_key(data.draw(st.lists(_ONE, min_size=1, max_size=12)))
    shuffled = data.draw(st.permutations(batch + batch))
    cut = data.draw(st.integers(0, len(shuffled)))
    states = []
    for parts in ([batch], [shuffled[:cut], shuffled[cut:]]):
        with sqlite_db.write() as tx:
            for table in (readings, quarantine):
                tx.execute(delete(table))
        if catalogue.count(sqlite_db, BINS) == 0:
            fill_city(sqlite_db, bins=2)
        results = [_take(sqlite_db, *part) for part in parts]
        states.append(_state(sqlite_db))
        for part, result in zip(parts, results, strict=True):
            assert sum(_counts(result)) == len(part)
    assert states[0] == states[1]


def test_two_writers_of_the_same_readings_lose_none(db: Database) -> None:
    from concurrent.futures import ThreadPoolExecutor

    fill_city(db)
    batch = [a_reading(1, hours_ago=n) for n in range(200)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda part: _take(db, *part), [batch, batch[::-1], batch, batch]))
    assert sum(each.accepted for each in results) == 200
    assert sum(each.duplicate for each in results) == 600


def test_a_percentage_given_as_a_fraction_is_told_its_field() -> None:
    bad = check_reading(a_reading(fill=82), NOW)
    assert isinstance(bad, Bad)
    assert bad.detail == "fill is above 1.5; a percentage goes into fill_percent"


def test_readings_kept_aside_are_taken_in_once_their_sensor_sits_in_a_bin(db: Database) -> None:
    fill_city(db)
    early = [a_reading(9, hours_ago=hours) for hours in (3, 2)]
    assert _counts(_take(db, *early, a_reading(8), a_reading(1, fill=7))) == (0, 0, 4)
    assert take_in_again(db, now=NOW) == 0
    catalogue.put(db, BINS, a_bin(9), now=NOW)
    assert take_in_again(db, now=NOW) == 2
    assert take_in_again(db, now=NOW) == 0
    with db.read() as tx:
        assert set(tx.execute(select(readings.c.bin_id)).scalars()) == {"bin-9"}
        assert "bin-9" in stale_bins(tx, NOW - timedelta(hours=1))
    left = {each.reason for each in list_quarantine(db).items}
    assert left == {"unknown_sensor", "over_full"}
    assert _counts(_take(db, *early)) == (0, 2, 0)

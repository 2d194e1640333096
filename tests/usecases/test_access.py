"""Keys, the stateless solve's gate, readiness, JSON bodies."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.config import Settings
from api.store import workers
from api.store.database import Database
from api.store.schema import migrate
from api.store.tables import api_keys
from api.usecases import health, keys
from api.usecases.claims import claim_plan
from api.usecases.documents import parse_json
from api.usecases.errors import Busy, Invalid, NotFound, Unauthenticated
from api.usecases.fleets import MAIN
from api.usecases.health import Readiness, readiness
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import request_plan
from api.usecases.solving import SolveGate, solve_now
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from small_city import DEPOT, NOW, TRUCK, fill_city


def test_a_key_is_shown_once_and_kept_as_a_hash(db: Database) -> None:
    made = keys.create_key(db, role="dispatcher", name="Sam", now=NOW)
    assert made.secret.startswith(f"br_{made.key.id}_")
    with db.read() as tx:
        stored = tx.execute(select(api_keys)).one()
    assert made.secret not in str(stored)
    assert len(stored.hash) == 64
    assert keys.list_keys(db) == (made.key,)


def test_the_bearer_is_who_the_key_says(db: Database) -> None:
    fill_city(db)
    driver = keys.create_key(db, role="driver", truck_id="truck-1", now=NOW)
    sensors = keys.create_key(db, role="sensor", sensor_ids=("s-1", "s-2"), now=NOW)
    assert keys.authenticate(db, driver.secret, now=NOW).truck_id == "truck-1"
    who = keys.authenticate(db, sensors.secret, now=NOW)
    assert who.may_write_readings_of("s-2")
    assert not who.may_write_readings_of("s-3")


@pytest.mark.parametrize(
    ("principal", "own", "foreign"),
    [
        (keys.Principal("k", "sensor", "", sensor_prefix="a-"), "a-1", "b-1"),
        (keys.Principal("k", "sensor", "", sensor_prefix=""), "b-1", None),
        (keys.Principal("k", "admin", ""), "b-1", None),
        (keys.Principal("k", "dispatcher", ""), None, "b-1"),
        (keys.Principal("k", "driver", "", truck_id="t"), None, "b-1"),
    ],
)
def test_who_may_write_which_devices_readings(
    principal: keys.Principal, own: str | None, foreign: str | None
) -> None:
    assert own is None or principal.may_write_readings_of(own)
    assert foreign is None or not principal.may_write_readings_of(foreign)


def test_a_wrong_or_revoked_secret_is_nobody(db: Database) -> None:
    made = keys.create_key(db, role="admin", now=NOW)
    other = keys.create_key(db, role="admin", now=NOW)
    mixed = f"br_{made.key.id}_{other.secret[-43:]}"
    unknown = f"br_{'0' * 26}_{'A' * 43}"
    for secret in (None, "", "br_", made.secret + "x", mixed, unknown, "\x00", "é" * 80):
        with pytest.raises(Unauthenticated):
            keys.authenticate(db, secret, now=NOW)
    revoked = keys.revoke_key(db, made.key.id, now=NOW)
    assert revoked.revoked_at == NOW
    assert keys.revoke_key(db, made.key.id, now=NOW + timedelta(hours=1)) == revoked
    with pytest.raises(Unauthenticated):
        keys.authenticate(db, made.secret, now=NOW)
    assert keys.authenticate(db, other.secret, now=NOW).key_id == other.key.id


def test_two_keys_are_never_alike(sqlite_db: Database) -> None:
    made = [keys.create_key(sqlite_db, role="admin", now=NOW) for _ in range(20)]
    assert len({each.secret for each in made}) == len({each.key.id for each in made}) == 20


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"role": "king"}, "role"),
        ({"role": "driver"}, "truck_id"),
        ({"role": "driver", "truck_id": "truck-9"}, "truck_id"),
        ({"role": "admin", "truck_id": "truck-1"}, "truck_id"),
        ({"role": "sensor"}, "sensor_ids"),
        ({"role": "dispatcher", "sensor_prefix": ""}, "sensor_ids"),
        ({"role": "admin", "name": "a\nb"}, "name"),
        ({"role": "admin", "name": "a" * 201}, "name"),
        ({"role": "sensor", "sensor_prefix": "a" * 65}, "sensor_prefix"),
    ],
)
def test_a_key_without_a_clear_scope_is_refused(
    sqlite_db: Database, options: dict[str, Any], field: str
) -> None:
    fill_city(sqlite_db)
    with pytest.raises(Invalid) as caught:
        keys.create_key(sqlite_db, now=NOW, **options)
    assert [each.field for each in caught.value.problems] == [field]
    assert keys.list_keys(sqlite_db) == ()


def test_no_key_no_revocation(db: Database) -> None:
    with pytest.raises(NotFound):
        keys.revoke_key(db, "nothing", now=NOW)


PROBLEM = Problem(service_date=date(2026, 11, 24), depots=(DEPOT,), trucks=(TRUCK,))


def test_more_solves_than_allowed_are_told_when_to_come_back() -> None:
    gate = SolveGate(1)
    inside, leave = threading.Event(), threading.Event()

    def planner(problem: Problem, **_: Any) -> Plan:
        inside.set()
        leave.wait(10)
        return Plan(service_date=problem.service_date, timezone=problem.timezone)

    first = threading.Thread(
        target=lambda: solve_now(PROBLEM, seconds=7, gate=gate, planner=planner)
    )
    first.start()
    inside.wait(10)
    with pytest.raises(Busy) as caught:
        solve_now(PROBLEM, seconds=7, gate=gate, planner=planner)
    leave.set()
    first.join()
    assert caught.value.retry_after_s == 7
    assert solve_now(PROBLEM, seconds=1, gate=gate, planner=planner).routes == ()


@pytest.mark.parametrize("seconds", [0, -1, 61, float("nan"), float("inf")])
def test_a_solve_now_has_a_bounded_time(seconds: float) -> None:
    with pytest.raises(Invalid):
        solve_now(PROBLEM, seconds=seconds, gate=SolveGate(1))


def test_a_failed_solve_gives_its_place_back() -> None:
    gate = SolveGate(1)

    def planner(*_: Any, **__: Any) -> Plan:
        raise MemoryError

    for _ in range(2):
        with pytest.raises(MemoryError):
            solve_now(PROBLEM, seconds=1, gate=gate, planner=planner)


def test_a_whole_problem_is_solved_for_real() -> None:
    plan = solve_now(PROBLEM, seconds=2, gate=SolveGate(1))
    assert plan.routes == ()


def down(found: Readiness) -> list[str]:
    return [each.name for each in found.down()]


def test_readiness_tells_what_is_wrong(empty_db: Database) -> None:
    before = readiness(empty_db, now=NOW)
    assert (before.ready, down(before)) == (False, ["schema"])
    migrate(empty_db)
    after = readiness(empty_db, now=NOW)
    assert (after.ready, down(after)) == (True, [])


def test_readiness_tells_how_long_plans_wait_and_that_no_worker_is_there(db: Database) -> None:
    fill_city(db)
    for minutes in (1, 2):
        request = PlanRequest(service_date=date(2026, 11, 24))
        now = NOW + timedelta(minutes=minutes)
        request_plan(db, request, created_by="k", now=now)
    later = NOW + timedelta(minutes=6)
    found = readiness(db, now=later)
    assert (found.queued, found.running, found.oldest_queued_s) == (2, 0, 300.0)
    assert (found.ready, down(found), found.workers) == (True, ["worker"], 0)
    with db.write() as tx:
        workers.seen(tx, "w1", later)
        workers.seen(tx, "w1", later)
        workers.seen(tx, "w2", later - timedelta(minutes=1))
    found = readiness(db, now=later)
    assert (down(found), found.workers) == ([], 1)


def test_a_worker_that_solves_is_there_although_it_does_nothing_else(db: Database) -> None:
    fill_city(db)
    asked = request_plan(db, PlanRequest(service_date=date(2026, 11, 24)), created_by="k", now=NOW)
    claim_plan(db, now=NOW, settings=Settings(), plan_id=asked.id)
    assert readiness(db, now=NOW).workers == 1


def test_a_database_that_is_gone_is_an_answer() -> None:
    gone = readiness(Database("postgresql+psycopg://postgres@127.0.0.1:9/none").of(MAIN), now=NOW)
    assert (gone.ready, down(gone)) == (False, ["database"])
    assert gone.down()[0].detail


def test_a_disk_that_is_nearly_full_is_told_before_it_is(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**60)
    found = readiness(sqlite_db, now=NOW)
    assert (found.ready, down(found)) == (True, ["disk"])
    assert "MB are free" in found.down()[0].detail


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"{]",
        b"[" * 100_000,
        b'{"a": 1, "a": 2}',
        b'"\\ud800"',
        b"9" * 5000,
        b"NaN",
        b"1e999",
        b"[Infinity]",
        b"{} {}",
    ],
)
def test_a_harmful_body_is_malformed(raw: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        parse_json(raw)
    assert caught.value.code == "malformed"
    assert len(caught.value.detail) < 300

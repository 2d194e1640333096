"""A few rounds of kill -9 on the real service; and that the ledger sees what is wrong."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, update

from api.store import tables
from api.store.database import Database
from api.usecases.keys import LOCAL_ADMIN
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import request_plan
from api.usecases.readings import ingest_readings
from benchmarks.faults.clientlog import ClientLog, Entry
from benchmarks.faults.ledger import Verdict, compare, judge
from benchmarks.faults.postgres import OwnPostgres, programs
from benchmarks.faults.rounds import Victim, as_record, run_piece
from small_city import NOW, a_reading, fill_city

LEASE_S = 90.0
LONG_LEASE = {"BINROUNDS_LEASE_S": str(LEASE_S)}


def test_nothing_is_lost_or_doubled_when_parts_of_the_service_are_killed() -> None:
    found = programs()
    if found is None:
        turns: tuple[Victim, ...] = ("worker", "server")
        piece = run_piece(turns, seed=1, postgres=None, settings=LONG_LEASE)
    else:
        turns = ("worker", "database", "server")
        with OwnPostgres(found) as postgres:
            piece = run_piece(turns, seed=1, postgres=postgres, settings=LONG_LEASE)
    record = as_record(piece)
    assert piece.verdict.clean, record
    assert len(record["kills"]) == len(turns)
    assert min(record["acknowledged"][each] for each in ("events", "plan", "readings")) > 0
    assert record["restarts"]
    assert max(record["restarts"]) < LEASE_S  # a worker that is gone is not waited for
    assert (record["unanswered"], record["refused"], record["internal"]) == (0, 0, [])


def test_the_ledger_tells_lost_doubled_and_made_up() -> None:
    log = ClientLog()
    log.began(Entry("events", ("kept", "lost"), status=200))
    log.began(Entry("events", ("refused",), status=422))
    log.began(Entry("events", ("open", "open but twice")))
    verdict = Verdict()
    there = ("kept", "refused", "open", "open but twice", "open but twice", "made up")
    compare(log, "events", there, verdict)
    assert verdict.lost == ["events lost"]
    assert [each.split(" is ")[0].split(" was ")[0] for each in verdict.doubled] == [
        "events refused",
        "events open but twice",
        "events made up",
    ]


def test_the_ledger_finds_what_is_missing_in_the_database(sqlite_db: Database) -> None:
    fill_city(sqlite_db)
    log = _logged(sqlite_db)
    assert _without_the_queued_plan(judge(sqlite_db, log)).clean
    with sqlite_db.write() as tx:
        tx.execute(delete(tables.readings))
        tx.execute(delete(tables.quarantine))
        tx.execute(update(tables.plans).values(status="published"))
    verdict = judge(sqlite_db, log)
    assert verdict.lost == ["readings s-1/1", "the quarantined reading 2"]
    assert len(verdict.unverified) == 1


def _without_the_queued_plan(verdict: Verdict) -> Verdict:
    assert [each.split()[-4:] for each in verdict.lost] == [["is", "queued", "for", "good"]]
    verdict.lost.clear()
    return verdict


def _logged(db: Database) -> ClientLog:
    """A batch and a plan, sent and acknowledged."""
    batch = [a_reading(sequence=1), a_reading(sequence=2, fill=7.0)]
    told = ingest_readings(db, batch, principal=LOCAL_ADMIN, now=NOW)
    answer: dict[str, Any] = {"accepted": told.accepted, "duplicate": told.duplicate}
    log = ClientLog()
    log.began(Entry("readings", ("s-1/1",), aside=(2,), status=200, answer=answer))
    request = PlanRequest(service_date=datetime.now(UTC).date(), seed=5)
    record = request_plan(db, request, created_by="k", now=datetime.now(UTC))
    log.began(Entry("plan", ("5",), status=202, answer={"id": record.id}))
    return log

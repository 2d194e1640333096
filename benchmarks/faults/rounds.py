"""One piece of the experiment: a fresh service, clients, some rounds of kill -9, the verdict."""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any, Literal

from sqlalchemy import select

from api.store.database import Database
from api.store.plans import queue_state
from api.store.tables import plan_changes
from api.usecases.fleets import MAIN
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import get_plan, request_plan
from api.usecases.ports import utc_now
from api.usecases.publishing import publish_plan
from benchmarks.faults.clientlog import ClientLog, Entry
from benchmarks.faults.clients import start_clients
from benchmarks.faults.ledger import Verdict, judge
from benchmarks.faults.postgres import OwnPostgres, free_port
from benchmarks.faults.processes import end
from benchmarks.faults.served import Part, Served
from benchmarks.faults.town import build_town

Victim = Part | Literal["database", "backend"]

WITHOUT_SERVER: tuple[Victim, ...] = ("web", "worker", "solver", "server", "machine")
WITH_SERVER: tuple[Victim, ...] = (*WITHOUT_SERVER, "database", "backend")
ENDS_A_SOLVE = {"worker", "solver", "machine", "database", "backend"}

_VICTIM_WITHIN_S = 6.0
_FIRST_PLAN_WITHIN_S = 120.0
_DRAINED_WITHIN_S = 120.0


@dataclass(frozen=True)
class Kill:
    """What was killed and when; seconds until `/readyz` said yes again, those included in which a
    database was left dead on purpose.
    """

    victim: Victim
    at: datetime
    ready_s: float


@dataclass(frozen=True)
class Piece:
    """What came of it. `restarts`: seconds from a kill to the next attempt at the plan."""

    database: str
    seed: int
    kills: tuple[Kill, ...]
    log: ClientLog
    verdict: Verdict
    restarts: tuple[float, ...]


def run_piece(
    turns: Sequence[Victim],
    *,
    seed: int,
    postgres: OwnPostgres | None,
    settings: dict[str, str] | None = None,
) -> Piece:
    """Kill these, one after the other. `postgres` None: SQLite, whose file dies with the processes
    that use it. `settings`: variables of the service's environment.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = postgres.url if postgres else f"sqlite:///{folder}/db.sqlite3"
        db = Database(url if postgres is None else url.replace("://", "+psycopg://")).of(MAIN)
        stack.callback(db.close)
        served = Served(url, free_port(), folder / "log", settings or {})
        stack.callback(served.stop)
        log, stopping = ClientLog(), Event()
        stack.callback(stopping.set)
        keys = build_town(db)
        served.start()
        served.await_ready()
        base_plan = _first_plan(db, log)
        clients = start_clients(served.address, keys, log, stopping, base_plan=base_plan, seed=seed)
        kills = _kill_all(turns, seed, served, postgres)
        _drain(db, clients, stopping)
        served.stop()
        verdict = judge(db, log)
        restarts = _restarts(db, kills)
    return Piece(db.url.get_backend_name(), seed, kills, log, verdict, restarts)


def _first_plan(db: Database, log: ClientLog) -> str:
    """A published plan of today, which drivers follow. It goes into the log as if sent."""
    asked = PlanRequest(service_date=utc_now().date(), seconds=1)
    record = request_plan(db, asked, created_by="bench", now=utc_now())
    log.began(Entry("plan", ("0",), status=202, answer={"id": record.id}))
    deadline = time.monotonic() + _FIRST_PLAN_WITHIN_S
    while get_plan(db, record.id).status != "done":
        if time.monotonic() > deadline:
            raise RuntimeError(f"the first plan is {get_plan(db, record.id)}")
        time.sleep(0.1)
    publish_plan(db, record.id, expected="any", by="bench", now=utc_now())
    log.began(Entry("publish", (record.id,), status=200))
    return record.id


def drawn_turns(seed: int, rounds: int, victims: Sequence[Victim]) -> list[Victim]:
    """Every victim equally often, in random order."""
    turns = [victims[number % len(victims)] for number in range(rounds)]
    Random(f"{seed}/turns").shuffle(turns)
    return turns


def _kill_all(
    turns: Sequence[Victim], seed: int, served: Served, postgres: OwnPostgres | None
) -> tuple[Kill, ...]:
    random = Random(f"{seed}/kills")
    kills = []
    for victim in turns:
        time.sleep(random.uniform(0.2, 1.5))
        if victim in ("worker", "solver", "machine"):
            _some(lambda: served.pids("solver"))
            time.sleep(random.uniform(0.0, 1.5))
        servers = served.pids("server") if victim == "server" else []
        at, began = datetime.now(UTC), time.monotonic()
        killed = _killed(victim, served, postgres, random)
        served.await_ready(killed=servers)
        kills.append(Kill(victim if killed else "worker", at, time.monotonic() - began))
    return tuple(kills)


def _killed(victim: Victim, served: Served, postgres: OwnPostgres | None, random: Random) -> bool:
    """Kill it, and start again what nobody else does. A solver that ended just before it was to
    be killed is None: its worker is killed instead, and False returned.
    """
    if victim == "database" and postgres:
        postgres.kill()
        time.sleep(random.uniform(0.0, 1.0))
        postgres.start()
    elif victim == "backend" and postgres:
        backends = _some(postgres.backends)
        end(random.sample(backends, min(1, len(backends))))
    elif victim == "machine":
        served.kill("machine")
        served.start()
    elif victim in ("web", "server", "worker", "solver") and not served.kill(victim):
        served.kill("worker")
        return False
    return True


def _some(look: Callable[[], list[int]]) -> list[int]:
    """The processes, once there are some."""
    deadline = time.monotonic() + _VICTIM_WITHIN_S
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def _drain(db: Database, clients: list[Thread], stopping: Event) -> None:
    """Let clients end what they began, and the worker what was asked for."""
    stopping.set()
    for each in clients:
        each.join()
    deadline = time.monotonic() + _DRAINED_WITHIN_S
    while time.monotonic() < deadline:
        with db.read() as tx:
            queued, running, _ = queue_state(tx)
        if not queued and not running:
            return
        time.sleep(0.2)


def _restarts(db: Database, kills: tuple[Kill, ...]) -> tuple[float, ...]:
    """Between two attempts at a plan: from the first kill that can have ended the earlier one."""
    began: dict[str, list[datetime]] = {}
    columns = plan_changes.c
    with db.read() as tx:
        wanted = select(columns.plan_id, columns.at).where(columns.kind == "started")
        for row in tx.execute(wanted.order_by(columns.id)):
            began.setdefault(row.plan_id, []).append(row.at)
    harmful = sorted(each.at for each in kills if each.victim in ENDS_A_SOLVE)
    found = []
    for before, after in (pair for times in began.values() for pair in pairwise(times)):
        between = [at for at in harmful if before < at < after]
        if between:
            found.append((after - between[0]).total_seconds())
    return tuple(found)


def as_record(piece: Piece) -> dict[str, Any]:
    """A piece as a line for a file of pieces."""
    entries = piece.log.entries
    kinds = sorted({each.kind for each in entries})
    return {
        "database": piece.database,
        "seed": piece.seed,
        "kills": [[each.victim, round(each.ready_s, 2)] for each in piece.kills],
        "acknowledged": {
            kind: sum(len(each.ids) for each in piece.log.of(kind) if each.acknowledged)
            for kind in kinds
        },
        "refused": sum(each.refused for each in entries),
        "unanswered": sum(each.status is None for each in entries),
        "sent_again": sum(max(0, each.tries - 1) for each in entries),
        "internal": piece.log.internal,
        "lost": piece.verdict.lost,
        "doubled": piece.verdict.doubled,
        "unverified": piece.verdict.unverified,
        "failed_plans": dict(piece.verdict.failed),
        "restarts": [round(each, 2) for each in piece.restarts],
    }

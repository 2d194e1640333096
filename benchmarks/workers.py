"""`python -m benchmarks workers`: plans an hour of Celery workers held to one core each."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import click

from api.config import Settings
from api.store.database import Database
from api.usecases.fleets import MAIN
from api.usecases.health import readiness
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import get_plan, request_plan
from api.usecases.trail import plan_changes
from benchmarks.ingest.places import new_postgresql
from benchmarks.options import out_option
from benchmarks.records import heading, write_record

BIN = Path(sys.executable).parent
RUNS = ("one", "two", "killed")
HEADER = "| workers | plans | done | doubled | again | s | plans/h |\n" + "| --- " * 7 + "|"
_LOOK_S = 0.1
_POLL_S = 0.5
"""Asking for 40 plans costs the workers' cores something."""
_STARTED_WITHIN_S = 60.0
_LIMIT_S = 3600.0


@dataclass(frozen=True)
class Ended:
    """How a run ended. `doubled` plans have two results, `again` ones two attempts."""

    plans: int
    done: int
    doubled: int
    again: int
    seconds: float

    @property
    def an_hour(self) -> float:
        return 3600 * self.done / self.seconds


@click.command("workers")
@click.option("--broker", default="amqp://guest:guest@127.0.0.1:5672//", show_default=True)
@click.option("--postgresql", "server", help="A server to make a database on; else SQLite.")
@click.option("--plans", default=40, show_default=True, type=click.IntRange(min=4))
@click.option("--seconds", default=2.0, show_default=True, help="A plan's solving time.")
@click.option("--bins", default=200, show_default=True)
@click.option("--runs", default=",".join(RUNS), show_default=True)
@out_option
def command(
    *,
    broker: str,
    server: str | None,
    plans: int,
    seconds: float,
    bins: int,
    runs: str,
    out: Path | None,
) -> None:
    """One worker, two, and two of which one is killed when a quarter of the plans is done.

    Each has one core (taskset); sweeper, broker and database share the same cores.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that workers end with it
    print(f"{heading()}\n\n{HEADER}")
    for run in runs.split(","):
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = stack.enter_context(new_postgresql(server)) if server else _sqlite(folder)
            settings = Settings(
                database_url=url, broker_url=broker, broker_queue=f"binrounds.bench.{uuid4().hex}"
            )
            _make_city(settings, folder, bins)
            ended = _run(settings, run, plans, seconds)
        print(
            f"| {run} | {ended.plans} | {ended.done} | {ended.doubled} | {ended.again} "
            f"| {ended.seconds:.1f} | {ended.an_hour:.0f} |",
            flush=True,
        )
        write_record(out, {"benchmark": "workers", "workers": run, **vars(ended)})
        if ended.done != plans or ended.doubled:
            raise click.ClickException("not every plan was done once")


def _sqlite(folder: str) -> str:
    return f"sqlite:///{folder}/db.sqlite3"


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "BINROUNDS_DATABASE_URL": settings.database_url,
        "BINROUNDS_BROKER_URL": str(settings.broker_url),
        "BINROUNDS_BROKER_QUEUE": settings.broker_queue,
        "BINROUNDS_LOG_LEVEL": "warning",
    }


def _make_city(settings: Settings, folder: str, bins: int) -> None:
    until, city = datetime.now(UTC).isoformat(), f"{folder}/city"
    generator = [sys.executable, "-m", "fixtures", "city", "--bins", str(bins)]
    subprocess.run([*generator, "--until", until, "--out", city], check=True)
    for command in (["migrate"], ["import", city]):
        subprocess.run(
            [BIN / "binrounds", *command],
            check=True,
            env=_environment(settings),
            stdout=subprocess.DEVNULL,
        )


def _run(settings: Settings, run: str, count: int, seconds: float) -> Ended:
    """Ask for all plans at once when the workers are there, and wait until all have ended."""
    cores = sorted(os.sched_getaffinity(0))[: 1 if run == "one" else 2]
    db = Database(settings.database_url).of(MAIN)
    with ExitStack() as stack:
        stack.callback(db.close)
        stack.callback(_take_away, settings)
        workers = [
            stack.enter_context(_started(settings, ["worker", "--celery"], core)) for core in cores
        ]
        _until_there(db, len(cores))
        began = time.monotonic()
        wanted = PlanRequest(service_date=datetime.now(UTC).date(), seconds=seconds)
        asked = [
            request_plan(
                db, replace(wanted, seed=number), created_by="bench", now=datetime.now(UTC)
            ).id
            for number in range(count)
        ]
        stack.enter_context(_started(settings, ["sweep"], None))
        open_ = set(asked)
        while open_ and time.monotonic() < began + _LIMIT_S:
            open_ = {each for each in open_ if get_plan(db, each).status in ("queued", "running")}
            if run == "killed" and len(open_) <= count * 3 // 4:
                workers[0].kill()
            time.sleep(_POLL_S)
        took = time.monotonic() - began
        kinds = [[change.kind for change in plan_changes(db, each)] for each in asked]
    return Ended(
        plans=count,
        done=sum("done" in each for each in kinds),
        doubled=sum(each.count("done") > 1 for each in kinds),
        again=sum(each.count("started") > 1 for each in kinds),
        seconds=took,
    )


@contextmanager
def _started(
    settings: Settings, command: list[str], core: int | None
) -> "Iterator[subprocess.Popen[bytes]]":
    held = [] if core is None else ["taskset", "--cpu-list", str(core)]
    whole = [*held, str(BIN / "binrounds"), *command]
    process = subprocess.Popen(whole, env=_environment(settings))
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def _until_there(db: Database, count: int) -> None:
    deadline = time.monotonic() + _STARTED_WITHIN_S
    while readiness(db, now=datetime.now(UTC)).workers < count:
        if time.monotonic() > deadline:
            raise click.ClickException("the workers did not start")
        time.sleep(_LOOK_S)


def _take_away(settings: Settings) -> None:
    """Delete the queue from the broker."""
    from kombu import Connection  # noqa: PLC0415  # an extra

    name = settings.broker_queue
    with Connection(settings.broker_url) as connection:
        channel = connection.default_channel
        if str(settings.broker_url).startswith("redis"):
            for key in channel.client.scan_iter(f"{name}*"):
                channel.client.delete(key)
        else:
            channel.queue_delete(name)
            channel.exchange_delete(name)

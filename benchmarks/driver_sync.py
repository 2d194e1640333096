"""A phone's events after hours offline: seconds to the answer, beside the database's own speed."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from statistics import median
from typing import Any
from uuid import uuid4

import click
from sqlalchemy import text

from api.store.database import Database
from api.usecases.fleets import MAIN
from api.usecases.keys import create_key
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import get_plan, plan_document, request_plan
from benchmarks.service import BIN, greeting

_PROBE = "CREATE TABLE bench_probe (id VARCHAR(36) PRIMARY KEY, body TEXT NOT NULL)"
_INSERT = "INSERT INTO bench_probe (id, body) VALUES (:id, :body)"
_SOLVED_WITHIN_S = 60


@click.command()
@click.option("--database", "url", help="PostgreSQL's URL, an empty database; else SQLite.")
@click.option("--events", default=200, show_default=True, type=click.IntRange(1, 1000))
@click.option("--rounds", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--bins", default=400, show_default=True)
def command(url: str | None, events: int, rounds: int, bins: int) -> None:
    """Seconds for one sync over HTTP; raw: the same events as rows in one transaction."""
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"sqlite:///{folder}/db.sqlite3"
        with served(url, folder, bins) as address:
            db = Database(url).of(MAIN)
            plan_id, truck_id, stops = planned(db)
            key = create_key(db, role="driver", truck_id=truck_id, now=datetime.now(UTC)).secret
            raw, synced, repeated = [], [], []
            for _ in range(rounds):
                batch = _batch(plan_id, truck_id, stops, events)
                raw.append(_raw_s(db, batch))
                synced.append(_sync_s(address, key, batch))
                repeated.append(_sync_s(address, key, batch))
            db.close()
    print(f"{events} events a sync, {rounds} rounds, {db.url.get_backend_name()}")
    print(f"{'':<22}{'median s':>9}{'slowest s':>10}")
    told = {"raw rows, one commit": raw, "sync": synced, "the same sync again": repeated}
    for name, seconds in told.items():
        print(f"{name:<22}{median(seconds):>9.3f}{max(seconds):>10.3f}")


@contextmanager
def served(
    url: str, folder: str, bins: int, settings: dict[str, str] | None = None
) -> Iterator[str]:
    """Address of a service with a fresh demonstration city; `settings` for its environment."""
    environment = {**os.environ, "BINROUNDS_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    environment |= settings or {}
    until, city = datetime.now(UTC).isoformat(), f"{folder}/city"
    generator = [sys.executable, "-m", "fixtures", "city", "--bins", str(bins)]
    subprocess.run([*generator, "--until", until, "--out", city], check=True)
    subprocess.run([BIN / "binrounds", "migrate"], check=True, env=environment)
    subprocess.run([BIN / "binrounds", "import", city], check=True, env=environment)
    server = subprocess.Popen(
        [BIN / "binrounds", "serve", "--port", "0", "--demo"],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        yield greeting(server)[0]
    finally:
        server.terminate()
        server.communicate(timeout=20)


def planned(db: Database) -> tuple[str, str, list[str]]:
    """A plan of today, its truck with the most stops, and their ids."""
    now = datetime.now(UTC)
    wanted = PlanRequest(service_date=now.date(), seconds=5, publish=True)
    asked = request_plan(db, wanted, created_by="bench", now=now)
    deadline = time.monotonic() + _SOLVED_WITHIN_S
    while get_plan(db, asked.id).status in ("queued", "running") and time.monotonic() < deadline:
        time.sleep(0.2)
    route = max(plan_document(db, asked.id).routes, key=lambda each: each.stops)
    stops = [each.ref for each in route.steps if each.kind == "visit"]
    return asked.id, route.truck_id, stops


def _batch(plan_id: str, truck_id: str, stops: list[str], count: int) -> list[dict[str, Any]]:
    """A stop and a position in turn, a minute apart, up to now."""
    began = datetime.now(UTC) - timedelta(minutes=count)
    done = {"kind": "done", "fill": 0.8}
    common = {"plan_id": plan_id, "truck_id": truck_id, "place": {"lon": 12.57, "lat": 55.68}}
    return [
        {
            **common,
            "id": str(uuid4()),
            "time": (began + timedelta(minutes=number)).isoformat(),
            **(done | {"visit_id": stop} if number % 2 else {"kind": "position"}),
        }
        for number, stop in enumerate(islice(cycle(stops), count))
    ]


def _raw_s(db: Database, batch: list[dict[str, Any]]) -> float:
    """What the database takes for so many rows of so much text, and nothing else."""
    rows = [{"id": each["id"], "body": json.dumps(each)} for each in batch]
    with db.write() as tx:
        tx.execute(text("DROP TABLE IF EXISTS bench_probe"))
        tx.execute(text(_PROBE))
    began = time.perf_counter()
    with db.write() as tx:
        tx.execute(text(_INSERT), rows)
    return time.perf_counter() - began


def _sync_s(address: str, key: str, batch: list[dict[str, Any]]) -> float:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    body = json.dumps({"events": batch}).encode()
    began = time.perf_counter()
    request = urllib.request.Request(f"{address}/v1/drivers/me/events", body, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        outcomes = [each["outcome"] for each in json.load(answer)["outcomes"]]
    seconds = time.perf_counter() - began
    if set(outcomes) not in ({"recorded"}, {"duplicate"}):
        raise click.ClickException(f"not all events were taken: {set(outcomes)}")
    return seconds

"""How long reads take while a plan is solved: p99 of a plan and of a driver's route, 50 clients."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from random import Random
from tempfile import TemporaryDirectory

import click
import numpy as np

from api.store.database import Database
from api.store.plans import queue_state
from api.usecases.fleets import MAIN
from api.usecases.keys import create_key
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import plan_document, request_plan
from benchmarks.driver_sync import planned, served

WANTED_MS = 100.0
_BODY = bytes(50_000)


@dataclass(frozen=True)
class Target:
    """What some of the clients ask for, over and over. `known`: they send the ETag they have."""

    name: str
    address: str
    path: str
    secret: str = ""
    known: bool = False
    seconds: list[float] = field(default_factory=list)
    sizes: set[int] = field(default_factory=set)


@click.command()
@click.option("--clients", default=50, show_default=True, type=click.IntRange(min=5))
@click.option(
    "--every", default=0.5, show_default=True, help="Seconds between a client's requests."
)
@click.option("--seconds", default=30.0, show_default=True, help="Length of each of the two parts.")
@click.option("--bins", default=400, show_default=True)
@click.option("--database", "url", help="PostgreSQL's URL, an empty database; else SQLite.")
def command(clients: int, every: float, seconds: float, bins: int, url: str | None) -> None:
    """Latency of reads with nothing else going on, then while the worker solves; raw: as many bytes
    as the plan's from a bare server of Python's, asked by clients of the same kind in the same run.
    """
    with TemporaryDirectory() as folder:
        url = url or f"sqlite:///{folder}/db.sqlite3"
        with served(url, folder, bins, {"BINROUNDS_REQUESTS_PER_S": "0"}) as address:
            db = Database(url).of(MAIN)
            plan_id, truck_id, _ = planned(db)
            whole = len(plan_document(db, plan_id).routes)
            print(
                f"{clients} clients, a request every {every:g} s each, {bins} bins, {whole} routes"
            )
            print(f"{'':<34}{'requests':>9}{'kB':>7}{'median ms':>11}{'p99 ms':>8}{'slowest':>9}")
            for solving in (False, True):
                targets = _targets(db, address, plan_id, truck_id)
                with bare_server() as raw:
                    targets.append(Target("raw, a bare server", raw, "/"))
                    asked = _ask_for_plans(db, seconds) if solving else 0
                    asyncio.run(_load(targets, clients, every, seconds))
                _print(targets, "solving" if solving else "idle")
                if solving:
                    _check_solved(db, asked)
            db.close()


def _targets(db: Database, address: str, plan_id: str, truck_id: str) -> list[Target]:
    now = datetime.now(UTC)
    dispatcher = create_key(db, role="dispatcher", now=now).secret
    driver = create_key(db, role="driver", truck_id=truck_id, now=now).secret
    plan, route = f"/v1/plans/{plan_id}/plan", "/v1/drivers/me/route"
    return [
        Target("plan", address, plan, dispatcher),
        Target("plan, If-None-Match", address, plan, dispatcher, known=True),
        Target("driver's route", address, route, driver),
        Target("driver's route, If-None-Match", address, route, driver, known=True),
    ]


def _ask_for_plans(db: Database, seconds: float) -> int:
    """Enough plans of tomorrow for the worker to be solving all the time; how many."""
    now, each_s = datetime.now(UTC), 10.0
    count = int(seconds / each_s) + 2
    tomorrow = now.date() + timedelta(days=1)
    for seed in range(count):
        asked = PlanRequest(service_date=tomorrow, seconds=each_s, seed=seed)
        request_plan(db, asked, created_by="bench", now=now)
    time.sleep(3.0)  # the search itself, not its start, is what shall be beside the reads
    return count


def _check_solved(db: Database, asked: int) -> None:
    """There was always something to solve, and it was solved."""
    with db.read() as tx:
        queued, running, _ = queue_state(tx)
    if not running:
        raise click.ClickException(f"of {asked} plans {running} run and {queued} wait: no load")


async def _load(targets: list[Target], clients: int, every: float, seconds: float) -> None:
    """Clients in turn of each target, with moments of their own."""
    until = time.perf_counter() + seconds
    await asyncio.gather(
        *(
            _client(targets[number % len(targets)], Random(number), every, until)
            for number in range(clients)
        )
    )


async def _client(target: Target, random: Random, every: float, until: float) -> None:
    """One connection after the other, kept as long as the server keeps it."""
    tag = ""
    await asyncio.sleep(random.uniform(0, every))
    while (began := time.perf_counter()) < until:
        tag = await _one(target, tag)
        target.seconds.append(time.perf_counter() - began)
        await asyncio.sleep(max(0.0, every * random.uniform(0.8, 1.2) - target.seconds[-1]))


async def _one(target: Target, tag: str) -> str:
    """One request, connecting included; the answer's ETag."""
    host, _, port = target.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        head = [f"GET {target.path} HTTP/1.1", f"Host: {host}", "Connection: close"]
        head += ["Accept-Encoding: gzip"]
        head += [f"Authorization: Bearer {target.secret}"] if target.secret else []
        head += [f"If-None-Match: {tag}"] if tag and target.known else []
        writer.write("\r\n".join([*head, "", ""]).encode())
        told, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    lines = told.decode().split("\r\n")
    status = int(lines[0].split()[1])
    if status != (304 if tag and target.known else 200):
        raise click.ClickException(f"{target.path} answered {lines[0]}: {body[:300]!r}")
    target.sizes.add(len(body))
    fields = dict(line.lower().split(": ", 1) for line in lines[1:])
    return fields.get("etag", "")


def _print(targets: list[Target], when: str) -> None:
    for each in targets:
        told = 1000 * np.array(each.seconds)
        median, p99 = np.percentile(told, [50, 99])
        mark = " !" if p99 > WANTED_MS else ""
        print(
            f"{when + ': ' + each.name:<34}{len(told):>9}{max(each.sizes) / 1000:>7.1f}"
            f"{median:>11.1f}{p99:>8.1f}{told.max():>9.1f}{mark}"
        )


@contextmanager
def bare_server() -> Iterator[str]:
    """Address of a server in a process of its own that answers 50 kB whatever is asked."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve_bare, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"127.0.0.1:{ours.recv()}"
    finally:
        process.kill()
        process.join()


def _serve_bare(pipe: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Bare)
    pipe.send(server.server_address[1])
    server.serve_forever()


class _Bare(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(_BODY)))
        self.end_headers()
        self.wfile.write(_BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Nothing: a line a request would be timed too."""

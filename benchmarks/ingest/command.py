"""`python -m benchmarks ingest`: readings a second over HTTP, empty and full, beside raw rows."""

import json
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import click

from api.store.database import Database
from api.usecases.fleets import MAIN
from benchmarks.ingest.places import furnish, new_postgresql, sensor
from benchmarks.ingest.raw import Raw, Row, open_raw
from benchmarks.ingest.served import Backend, served
from benchmarks.options import out_option
from benchmarks.records import heading, write_record

BATCH = 1000
AGAIN, BAD = 10, 5
"""Of each batch: readings that were sent before, and readings that go to quarantine."""
WARM_UP = 10
HEADER = "| what | median ms | p90 ms | readings/s | |\n" + "| --- " * 5 + "|"


@click.command("ingest")
@click.option("--postgresql", "server", help="A server to make databases on; else SQLite.")
@click.option("--bins", default=10_000, show_default=True, type=click.IntRange(BATCH, 100_000))
@click.option("--rows", default=5_000_000, show_default=True, type=click.IntRange(min=0),
              help="Readings in the full database.")  # fmt: skip
@click.option("--batches", default=100, show_default=True, type=click.IntRange(min=20))
@click.option("--folder", type=click.Path(path_type=Path), help="Where SQLite's files are made.")
@out_option
def command(  # the command line's options
    *, server: str | None, bins: int, rows: int, batches: int, folder: Path | None, out: Path | None
) -> None:
    """Batches of 1,000 readings, each written raw, then sent to an empty and to a full service.

    The three take turns, so that they meet the same disk. Raw is COPY (PostgreSQL) or executemany
    under synchronous=FULL (SQLite) into a table with the same columns and key.
    """
    with ExitStack() as stack:
        urls = _databases(stack, server, folder)
        for url, old in zip(urls, (0, rows), strict=True):
            db = Database(url).of(MAIN)
            furnish(db, bins=bins, rows=old)
            db.close()
        raw = open_raw(urls[0])
        stack.callback(raw.close)
        empty, full = (stack.enter_context(served(url)) for url in urls)
        times = _measure(raw, empty, full, bins, batches)
    _tell(times, "sqlite" if server is None else "postgresql", rows, out)


def _databases(stack: ExitStack, server: str | None, folder: Path | None) -> list[str]:
    if server is not None:
        return [stack.enter_context(new_postgresql(server)) for _ in range(2)]
    made = stack.enter_context(tempfile.TemporaryDirectory(dir=folder))
    return [f"sqlite:///{made}/{name}.sqlite3" for name in ("empty", "full")]


def _measure(
    raw: Raw, empty: Backend, full: Backend, bins: int, batches: int
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"raw": [], "empty": [], "full": []}
    before: list[dict[str, Any]] = []
    for number in range(batches + WARM_UP):
        batch, rows = _batch(number, bins, before)
        body = json.dumps({"readings": batch}).encode()
        took = {"raw": _timed(partial(raw.write, rows))}
        for name, backend in (("empty", empty), ("full", full)):
            took[name] = _timed(partial(_send, backend, body, number))
        before = batch
        if number >= WARM_UP:
            for name, seconds in took.items():
                times[name].append(seconds)
    return times


def _batch(
    number: int, bins: int, before: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[Row]]:
    """A batch as sensors send it, and as many plain rows. Each bin is heard once a round."""
    now = datetime.now(UTC)
    readings: list[dict[str, Any]] = []
    rows: list[Row] = []
    for place in range(BATCH):
        which = (number * BATCH + place) % bins
        at = now - timedelta(milliseconds=(BATCH - place) * 7)
        fill = place % 100 / 100
        readings.append({
            "sensor_id": sensor(which), "time": at.isoformat(), "fill": fill, "sequence": number
        })  # fmt: skip
        rows.append((at, sensor(which), number, f"b-{which:06d}", fill, 0))
    for place, again in enumerate(islice(before, BAD, BAD + AGAIN)):
        readings[BAD + place] = again
    for place in range(BAD):
        readings[place]["fill"] = -1 - number
    return readings, rows


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _send(backend: Backend, body: bytes, number: int) -> None:
    """Send, and see that the answer is the right one: a service that loses readings is fast too."""
    said = backend.send(body)
    again = AGAIN if number else 0
    wanted = (BATCH - again - BAD, again, BAD)
    if (said["accepted"], said["duplicate"], said["quarantined"]) != wanted:
        raise click.ClickException(f"batch {number}: {wanted} wanted, but {str(said)[:500]}")


def _tell(times: dict[str, list[float]], dialect: str, rows: int, out: Path | None) -> None:
    middle = {name: median(seconds) for name, seconds in times.items()}
    against = {
        "raw": "",
        "empty": f"{middle['raw'] / middle['empty']:.2f} of raw",
        "full": f"{middle['empty'] / middle['full']:.2f} of empty",
    }
    names = {
        "raw": "raw rows",
        "empty": "service, empty",
        "full": f"service, {rows:,} readings",
    }
    print(f"{heading()}\n\n{dialect}, {len(times['raw'])} batches of {BATCH} each.\n\n{HEADER}")
    for name, seconds in times.items():
        tenth = quantiles(seconds, n=10)[-1]
        speed = f"{BATCH / middle[name]:,.0f}"
        print(
            f"| {names[name]} | {1000 * middle[name]:.1f} | {1000 * tenth:.1f} | {speed} "
            f"| {against[name]} |"
        )
    record = {"benchmark": "ingest", "database": dialect, "rows": rows, "median_s": middle}
    write_record(out, record)

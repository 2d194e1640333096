"""`python -m benchmarks faults`: rounds of kill -9, in pieces that add up in a file."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.faults.postgres import OwnPostgres, programs
from benchmarks.faults.rounds import WITH_SERVER, WITHOUT_SERVER, as_record, drawn_turns, run_piece

PIECE = 25
RESTARTED_WITHIN_S = 20.0


@click.command()
@click.option("--rounds", default=200, show_default=True, type=click.IntRange(min=1))
@click.option("--piece", default=PIECE, show_default=True, help="Rounds of one service's life.")
@click.option("--seed", default=1, show_default=True, help="Of the first piece; then + 1.")
@click.option(
    "--database",
    type=click.Choice(["both", "postgresql", "sqlite"]),
    default="both",
    show_default=True,
    help="both: in turn.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Pieces add up here.")
def command(rounds: int, piece: int, seed: int, database: str, out: Path | None) -> None:
    """Kill -9 of web, server, worker, solver, machine and database under load: what clients were
    told against what is stored. Exits with an error if anything is lost, doubled or unverified.
    """
    found = programs()
    if found is None and database != "sqlite":
        print("PostgreSQL's initdb and pg_ctl are not on this machine: SQLite only")
        database = "sqlite"
    records = []
    for number, start in enumerate(range(0, rounds, piece)):
        on_server = database == "postgresql" or (database == "both" and number % 2 == 0)
        with OwnPostgres(found) if on_server and found else nullcontext() as postgres:
            began = time.monotonic()
            victims = WITH_SERVER if postgres else WITHOUT_SERVER
            turns = drawn_turns(seed + number, min(piece, rounds - start), victims)
            made = run_piece(turns, seed=seed + number, postgres=postgres)
        at, seconds = datetime.now(UTC).isoformat(timespec="seconds"), time.monotonic() - began
        record = {"at": at, "seconds": round(seconds), **as_record(made)}
        records.append(record)
        if out:
            out.parent.mkdir(parents=True, exist_ok=True)
            with out.open("a") as file:
                file.write(json.dumps(record) + "\n")
        print(f"piece {number + 1}: {_short(record)}", flush=True)
    if out:
        records = [json.loads(line) for line in out.read_text().splitlines()]
    report(records)
    if any(each[fault] for each in records for fault in ("lost", "doubled", "unverified")):
        raise click.ClickException("the database and what clients were told differ")


def _short(record: dict[str, Any]) -> str:
    faults = ", ".join(f"{len(record[each])} {each}" for each in ("lost", "doubled", "unverified"))
    lasted = f"{len(record['kills'])} kills in {record['seconds']} s"
    return f"{record['database']}, {lasted}: {faults}"


def report(records: Sequence[dict[str, Any]]) -> None:
    """The table of all pieces."""
    kills = [(victim, ready) for each in records for victim, ready in each["kills"]]
    acknowledged: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for each in records:
        acknowledged.update(each["acknowledged"])
        failed.update(each["failed_plans"])
    print(f"\n{len(kills)} rounds, {len(records)} pieces")
    print(f"{'killed':<10}{'times':>6}{'ready again, median s':>23}{'slowest s':>11}")
    for victim in sorted({each for each, _ in kills}):
        waits = [ready for each, ready in kills if each == victim]
        print(f"{victim:<10}{len(waits):>6}{np.median(waits):>23.2f}{max(waits):>11.2f}")
    told = ", ".join(f"{n} {kind}" for kind, n in sorted(acknowledged.items()))
    print(f"acknowledged: {told}; sent again {sum(each['sent_again'] for each in records)} times")
    for fault in ("lost", "doubled", "unverified", "internal"):
        found = [text for each in records for text in each[fault]]
        print(f"{fault}: {len(found)}", *found[:5], sep="\n  " if found else "")
    print(f"unanswered: {sum(each['unanswered'] for each in records)}, ", end="")
    print(f"refused: {sum(each['refused'] for each in records)}, plans failed: {dict(failed)}")
    restarts = [s for each in records for s in each["restarts"]]
    if restarts:
        p50, p95 = np.percentile(restarts, [50, 95])
        print(
            f"{len(restarts)} killed solves begun again: median {p50:.1f} s, p95 {p95:.1f} s "
            f"(at most {RESTARTED_WITHIN_S:g}), slowest {max(restarts):.1f} s"
        )

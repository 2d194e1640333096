"""`python -m benchmarks tables`: tables for docs/benchmarks.md out of JSON lines, solvers beside
each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import click

from benchmarks.records import read_records

Record = Mapping[str, Any]


@click.command("tables")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Gaps by instance and set, and the city by size, from FILE; where a run is there more than
    once, with the same seconds and seed, the last one counts.
    """
    parts = [
        *gap_tables(latest(read_records(file, "pyvrp"), ("instance", "solver", "seconds", "seed"))),
        *city_tables(latest(read_records(file, "city"), ("visits", "solver", "seconds", "seed"))),
    ]
    if not parts:
        raise click.ClickException(f"{file} has no lines of pyvrp, city or growth")
    print("\n\n".join(parts))


def latest(records: Iterable[Record], key: Sequence[str]) -> list[Record]:
    """The last record of each key, in the order of the first ones."""
    return list({tuple(each[name] for name in key): each for each in records}.values())


def gap_tables(records: Sequence[Record]) -> list[str]:
    """A table for each number of seconds: gap in percent, mean over seeds, `-` for no answer."""
    return [
        _gap_table([each for each in records if each["seconds"] == seconds], seconds)
        for seconds in sorted({each["seconds"] for each in records})
    ]


def _gap_table(records: Sequence[Record], seconds: float) -> str:
    solvers = list(dict.fromkeys(each["solver"] for each in records))
    rows: list[list[str]] = []
    for set_name in dict.fromkeys(each["set"] for each in records):
        own = [each for each in records if each["set"] == set_name]
        for instance in dict.fromkeys(each["instance"] for each in own):
            of_it = [each for each in own if each["instance"] == instance]
            best = str(of_it[0]["best_known"] or "-")
            rows.append([set_name, instance, best, *(_gap(of_it, solver) for solver in solvers)])
        rows.append([set_name, "mean", "", *(_gap(own, solver) for solver in solvers)])
    header = ["set", "instance", "best known", *(f"`{solver}`" for solver in solvers)]
    return f"Gap in % after {seconds:g} s, {_when(records)}.\n\n{markdown(header, rows)}"


def _gap(records: Iterable[Record], solver: str) -> str:
    own = [each for each in records if each["solver"] == solver]
    gaps = [each["gap_percent"] for each in own if each["gap_percent"] is not None]
    if not gaps:
        return "-" if own else ""
    part = "" if len(gaps) == len(own) else f" ({len(gaps)} of {len(own)})"
    return f"{fmean(gaps):+.2f}{part}"


def city_tables(records: Sequence[Record]) -> list[str]:
    """A table for each number of seconds; one row a run."""
    return [
        _city_table([each for each in records if each["seconds"] == seconds], seconds)
        for seconds in sorted({each["seconds"] for each in records})
    ]


def _city_table(records: Sequence[Record], seconds: float) -> str:
    header = [
        "visits", "solver", "seed", "EUR", "left", "first plan s", "answer s", "MB", "trucks",
        "stops", "km", "violations",
    ]  # fmt: skip
    rows = [
        [str(each["visits"]), f"`{each['solver']}`", str(each["seed"]), *_city_cells(each)]
        for each in sorted(records, key=lambda each: each["visits"])
    ]
    return f"A busy day, {seconds:g} s, {_when(records)}.\n\n{markdown(header, rows)}"


def _city_cells(run: Record) -> list[str]:
    if run.get("cost_eur") is None:
        why = str(run["error"]).replace("|", "/")
        return ["-", why, "-", f"{run['wall_s']:.1f}", str(run["peak_mb"]), "-", "-", "-", "-"]
    return [
        f"{run['cost_eur']:.2f}", f"{run['required_left']} + {run['optional_left']}",
        f"{run['first_plan_s']:.1f}", f"{run['asked_to_answer_s']:.1f}", str(run["peak_mb"]),
        str(run["trucks"]), str(run["stops"]), f"{run['km']:.1f}", str(run["violations"]),
    ]  # fmt: skip


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _when(records: Sequence[Record]) -> str:
    """Machine and days of the runs."""
    days = sorted({each["run"]["date"][:10] for each in records})
    machines = ", ".join(sorted({each["run"]["machine"] for each in records}))
    return f"{machines}; {' to '.join(dict.fromkeys((days[0], days[-1])))}"

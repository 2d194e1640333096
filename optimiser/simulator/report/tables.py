"""Measures and days of a comparison as CSV."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import fields
from math import isnan
from pathlib import Path
from typing import Any

from optimiser.simulator.measures import MEASURES
from optimiser.simulator.record import Day, Record

_DAY = tuple(each.name for each in fields(Day) if each.name != "fills")


def write_tables(runs: Sequence[Record], folder: Path) -> list[Path]:
    """Write `measures.csv`, a row a run, and `days.csv`, a row a day of a run."""
    measures = [
        (run.policy, run.seed, *(_cell(measure.of(run)) for measure in MEASURES)) for run in runs
    ]
    days = [
        (run.policy, run.seed, *(getattr(day, name) for name in _DAY))
        for run in runs
        for day in run.days
    ]
    named = ("policy", "seed")
    return [
        _write(folder / "measures.csv", (*named, *(each.name for each in MEASURES)), measures),
        _write(folder / "days.csv", (*named, *_DAY), days),
    ]


def _cell(value: float) -> float | str:
    return "" if isnan(value) else round(value, 6)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path

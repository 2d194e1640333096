"""Measures of a comparison as a table for people and as rows for machines."""

from collections.abc import Sequence
from math import isnan
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from optimiser.simulator.measures import MEASURES, Measure
from optimiser.simulator.record import Record
from optimiser.simulator.summary import Estimate, of_policy, policies_of


def table_of(runs: Sequence[Record]) -> Table:
    """A line a measure, a column a policy: mean over seeds and 95 % interval."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("mean a run, 95 % interval over seeds")
    policies = policies_of(runs)
    for policy in policies:
        table.add_column(policy, justify="right")
    for measure in MEASURES:
        cells = [shown(of_policy(runs, policy, measure), measure) for policy in policies]
        table.add_row(measure.words, *cells)
    return table


def rows_of(runs: Sequence[Record]) -> list[dict[str, Any]]:
    """A row a measure and policy: mean over seeds and half the width of its 95 % interval."""
    return [
        {
            "policy": policy,
            "measure": measure.name,
            "mean": _number(found.mean),
            "half": _number(found.half),
            "seeds": found.seeds,
        }
        for policy in policies_of(runs)
        for measure in MEASURES
        for found in (of_policy(runs, policy, measure),)
    ]


def shown(found: Estimate, measure: Measure) -> str:
    """An estimate as text."""
    if isnan(found.mean):
        return "-"
    half = "" if isnan(found.half) else f" ±{found.half:,.{measure.digits}f}"
    return f"{found.mean:,.{measure.digits}f}{half}"


def _number(value: float) -> float | None:
    return None if isnan(value) else round(value, 6)

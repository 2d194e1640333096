"""Runs of many seeds as means with intervals, and savings of one policy against another."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from statistics import fmean, stdev

from optimiser.simulator.measures import Measure
from optimiser.simulator.record import Record

_T_975 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip
"""97.5 % points of Student's t by degrees of freedom from 1 on; 1.96 and a little beyond."""
_T_MANY = 2.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds, and half the width of its 95 % interval (Student's t); NaN from one."""

    mean: float
    half: float
    seeds: int


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and interval of one value a seed. Raises ValueError without any."""
    if not values:
        raise ValueError("there is no value to take a mean of")
    if len(values) == 1:
        return Estimate(values[0], nan, 1)
    degrees = len(values) - 1
    t = _T_975[degrees - 1] if degrees <= len(_T_975) else _T_MANY
    return Estimate(fmean(values), t * stdev(values) / sqrt(len(values)), len(values))


def of_policy(runs: Sequence[Record], policy: str, measure: Measure) -> Estimate:
    """A measure of a policy over its seeds. Raises ValueError if it has no run."""
    return estimate([measure.of(run) for run in runs if run.policy == policy])


def saving(runs: Sequence[Record], policy: str, against: str, measure: Measure) -> Estimate | None:
    """Percent by which a policy's measure is below another's, seed by seed; None where no seed
    has both.
    """
    theirs = {run.seed: measure.of(run) for run in runs if run.policy == against}
    pairs = [
        (measure.of(run), theirs[run.seed])
        for run in runs
        if run.policy == policy and theirs.get(run.seed)
    ]
    return estimate([100 * (1 - ours / other) for ours, other in pairs]) if pairs else None


def policies_of(runs: Sequence[Record]) -> list[str]:
    """The policies of some runs, in the order of their first."""
    return list(dict.fromkeys(run.policy for run in runs))

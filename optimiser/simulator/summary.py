"""Runs of many seeds as means with intervals, and savings of one policy against another."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt
from statistics import fmean, stdev

from optimiser.simulator.measures import Measure
from optimiser.simulator.record import Record

_T_975 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip
"""97.5 % points of Student's t by degrees of freedom from 1 on; for more, about 2."""
_T_MANY = 2.08


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds, and half the width of its 95 % interval (Student's t); NaN from one."""

    mean: float
    half: float
    seeds: int


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and interval of one value a seed; seeds without a value (NaN) are left out."""
    known = [each for each in values if not isnan(each)]
    if len(known) < 2:
        return Estimate(known[0] if known else nan, nan, len(known))
    degrees = len(known) - 1
    t = _T_975[degrees - 1] if degrees <= len(_T_975) else _T_MANY
    return Estimate(fmean(known), t * stdev(known) / sqrt(len(known)), len(known))


def of_policy(runs: Sequence[Record], policy: str, measure: Measure) -> Estimate:
    """A measure of a policy over its seeds."""
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
    found = estimate([100 * (1 - ours / other) for ours, other in pairs])
    return found if found.seeds else None


def policies_of(runs: Sequence[Record]) -> list[str]:
    """The policies of some runs, in the order of their first."""
    return list(dict.fromkeys(run.policy for run in runs))

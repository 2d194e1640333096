"""Tuning: parameters of policies tried in the same worlds, by one rule for every policy.

The best are those that cost least of all that reach the service level wanted, on average over the
seeds. Judge what was tuned on other seeds than it was tuned on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import isnan
from pathlib import Path
from statistics import fmean

from optimiser.selection import SelectionParams
from optimiser.simulator.city import City
from optimiser.simulator.compare import Job, make
from optimiser.simulator.measures import cost_eur, service_level_kept
from optimiser.simulator.policies import check_policy
from optimiser.simulator.record import Record
from optimiser.simulator.run import Settings
from optimiser.simulator.store import Runs

Values = Mapping[str, tuple[float, ...]]
_BY_PRIZE: Values = {
    "overflow_weight": (1.0, 2.0, 4.0, 8.0),
    "visit_weight": (0.5, 1.0),
    "required_chance": (0.5, 0.9),
}
TRIED: Mapping[str, Values] = {
    "prize": _BY_PRIZE,
    "clairvoyant": _BY_PRIZE,
    "threshold": {"threshold": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)},
    "fixed": {"fixed_fill": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)},
}
"""The parameters that each policy reads, and the values that are tried where none are given."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A policy with these values of its parameters, and its runs, one a seed."""

    policy: str
    values: Mapping[str, float]
    runs: tuple[Record, ...]

    @property
    def cost_eur(self) -> float:
        """Mean cost a day over the seeds."""
        return fmean(cost_eur(each) for each in self.runs)

    @property
    def service(self) -> float:
        """Mean percent of pickups in time, over bins that can be kept (`keeping.py`); 100 where
        no such bin needed one.
        """
        found = [service_level_kept(each) for each in self.runs]
        return fmean(100.0 if isnan(each) else each for each in found)


def trials_of(policy: str, given: Values) -> list[dict[str, float]]:
    """All combinations of values to try: `given` ones in place of the usual. A policy of
    one's own is taken to read all that are given.
    """
    usual = TRIED.get(policy, given)
    values = {name: given.get(name, usual[name]) for name in usual}
    return [dict(zip(values, each, strict=True)) for each in product(*values.values())]


def tune(
    city: City,
    policies: Sequence[str],
    seeds: Sequence[int],
    settings: Settings,
    folder: Path,
    *,
    given: Values | None = None,
    on_progress: Callable[[int, int], None] = lambda _days, _all: None,
    processes: int | None = None,
) -> list[Trial]:
    """Try all combinations of values for every policy, and keep each run in `folder`.

    `settings.params` has what is not tried. Raises UnknownPolicy, OtherRuns, OSError; ValueError
    for a value that its parameter does not take.
    """
    for each in policies:
        check_policy(each)
    tried = [(policy, values) for policy in policies for values in trials_of(policy, given or {})]
    jobs = [
        Job(policy, seed, chosen, Runs(folder / _name(policy, values), city, chosen))
        for policy, values in tried
        for chosen in (replace(settings, params=with_values(settings.params, values)),)
        for seed in seeds
    ]
    runs = iter(make(city, jobs, on_progress=on_progress, processes=processes))
    return [Trial(policy, values, tuple(next(runs) for _ in seeds)) for policy, values in tried]


def best(trials: Iterable[Trial], service: float) -> Trial:
    """The cheapest trial of those with that service level; if there is none, the one that
    comes nearest to it. Raises ValueError if there are no trials.
    """
    found = list(trials)
    if not found:
        raise ValueError("there are no trials to choose from")
    good = [each for each in found if each.service >= service]
    if good:
        return min(good, key=lambda each: each.cost_eur)
    return max(found, key=lambda each: (each.service, -each.cost_eur))


def with_values(params: SelectionParams, values: Mapping[str, float]) -> SelectionParams:
    """The parameters with these values. Raises ValueError."""
    changes: dict[str, object] = dict(values)
    return replace(params, **changes)  # type: ignore[arg-type]  # checked by the class


def _name(policy: str, values: Mapping[str, float]) -> str:
    text = ",".join(f"{name}={value:g}" for name, value in values.items())
    plain = "".join(each if each.isalnum() or each in "_.-" else "_" for each in policy)
    return f"{plain},{text}" if text else plain

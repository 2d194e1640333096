"""Policies by name, and the one that knows the future."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import cast

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.problem import Visit
from optimiser.forecast import FillState
from optimiser.forecast.ahead import ahead
from optimiser.selection import Fixed, Policy, SelectionParams, choose, threshold
from optimiser.simulator.levels import FULL, Levels

SURE = 1e-6
"""Variance of what is known."""
RATES = (0.002, 5.0)


class UnknownPolicy(ValueError):  # noqa: N818  # it says what is the case
    """There is no policy of that name."""


@dataclass(frozen=True)
class Clairvoyant:
    """The policy by prize, told the true level of every bin and when it will be full."""

    levels: Levels

    def __call__(
        self,
        bins: Sequence[Bin],
        states: Sequence[FillState],
        *,
        days: Sequence[ServiceDay],
        params: SelectionParams,
    ) -> tuple[Visit, ...]:
        """Visits by the truth; `states` say only at what instant."""
        return choose(bins, self._true(states), days=days, params=params)

    def _true(self, states: Sequence[FillState]) -> list[FillState]:
        every, world = np.arange(len(states)), self.levels.world
        now_s = np.array([round(each.at.timestamp()) for each in states])
        level = self.levels.at(every, now_s)
        full_s = np.array([self.levels.full_s(row) for row in every.tolist()])
        known_s = np.where(np.isinf(full_s), world.end_s, full_s)
        days = np.maximum(ahead(states).days_until(known_s), 1e-3)
        last = level + world.poured_at(every, known_s) - world.poured_at(every, now_s)
        rate = np.clip((np.maximum(last, FULL * ~np.isinf(full_s)) - level) / days, *RATES)
        return [
            replace(
                state,
                level=max(0.0, float(level[row])),
                level_var=SURE,
                rate_per_day=float(rate[row]),
                rate_var=0.0,
                covariance=0.0,
                deposit_share=SURE,
                reliability="high",
            )
            for row, state in enumerate(states)
        ]


POLICIES: dict[str, Callable[[Levels], Policy]] = {
    "prize": lambda _: choose,
    "threshold": lambda _: threshold,
    "fixed": lambda _: Fixed(),
    "clairvoyant": Clairvoyant,
}
"""Only the clairvoyant looks at the levels that it is given."""


def make_policy(name: str, levels: Levels) -> Policy:
    """The policy of a name for one run; `module:function` names any other `Policy`.

    Raises UnknownPolicy.
    """
    return POLICIES[name](levels) if name in POLICIES else _imported(name)


def check_policy(name: str) -> None:
    """Raises UnknownPolicy if there is no policy of that name."""
    if name not in POLICIES:
        _imported(name)


def _imported(name: str) -> Policy:
    module, _, function = name.partition(":")
    if not function:
        known = ", ".join(POLICIES)
        raise UnknownPolicy(f"there is no policy {name!r}; there are {known}, or module:function")
    try:
        found = getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise UnknownPolicy(f"policy {name!r} cannot be had: {error}") from error
    if not callable(found):
        raise UnknownPolicy(f"policy {name!r} is no function")
    return cast("Policy", found)

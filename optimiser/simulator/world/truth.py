"""How bins truly fill, drawn from what a city's history leaves open.

Nobody knows a real city's truth, so each seed draws one: a bin's rate and level from the
distribution that its history gives, its habits around those of its kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.forecast import FillState
from optimiser.simulator.world.deposits import DEPOSIT_SHAPE
from optimiser.simulator.world.randomness import Purpose, stream

LEAST_RATE_SHARE = 0.25
"""No bin fills more slowly than this share of what is expected of it."""
FULLEST = 1.5
OWN_HABITS = 0.15
"""Sd of the logarithm of a bin's weights of weekdays and hours around its kind's (general
knowledge of the field)."""


@dataclass(frozen=True, slots=True)
class TrueHabits:
    """`Habits` of one bin."""

    hours: tuple[float, ...]
    days: tuple[float, ...]
    holiday: float
    summer: float


@dataclass(frozen=True, slots=True)
class TrueBin:
    """A bin's `Filling`, and its level when the simulation begins."""

    number: int
    volume_l: float
    fill_per_day: float
    deposit_l: float
    habits: TrueHabits
    level: float


def draw_truth(seed: int, bins: Sequence[Bin], states: Sequence[FillState]) -> tuple[TrueBin, ...]:
    """One truth of the bins, given their states by the whole history, in the order of `bins`."""
    return tuple(
        _true_bin(seed, number, each, state)
        for number, (each, state) in enumerate(zip(bins, states, strict=True))
    )


def _true_bin(seed: int, number: int, each: Bin, state: FillState) -> TrueBin:
    rng = stream(seed, number, Purpose.TRUTH)
    first, second = rng.standard_normal(2)
    level_sd, rate_sd = sqrt(state.level_var), sqrt(state.rate_var)
    together = state.covariance / (level_sd * rate_sd) if level_sd * rate_sd > 0 else 0.0
    apart = sqrt(max(0.0, 1 - together**2))
    rate = state.rate_per_day + rate_sd * (together * first + apart * second)
    # a sum of gamma deposits varies by its mean times one and a share more
    mean_l = state.deposit_share * each.volume_l / (1 + 1 / DEPOSIT_SHAPE)
    return TrueBin(
        number=number,
        volume_l=each.volume_l,
        fill_per_day=max(LEAST_RATE_SHARE * state.rate_per_day, rate),
        deposit_l=mean_l,
        habits=TrueHabits(
            hours=_own(rng, state.hour_weights),
            days=_own(rng, state.weekday_weights),
            holiday=state.holiday_weight,
            summer=state.summer,
        ),
        level=min(FULLEST, max(0.0, state.level + level_sd * first)),
    )


def _own(rng: np.random.Generator, weights: Sequence[float]) -> tuple[float, ...]:
    drawn = np.array(weights) * np.exp(rng.normal(0, OWN_HABITS, len(weights)))
    return tuple(drawn.tolist())

"""How long a leg takes at an hour of the day: a walk over the hours of the local clock.

Within an hour of factor f a second of clock time does 1/f of a plain second's driving.
"""

from bisect import bisect_right
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache

from optimiser.domain.calendar import ServiceDay
from optimiser.verifier.roads import up

_CELL_S = 900
"""Clocks change at whole quarters of an hour, so the local hour is constant in a cell."""

_CELLS = range(-4 * 24, 4 * 24 * 12)
"""From the day before to past the longest shift: 48 hours and a week of overtime."""

Traffic = Callable[[int, float], int]
"""Whole seconds that a leg of some plain seconds takes if left at a second of the day."""


def traffic_of(day: ServiceDay, factors: tuple[float, ...]) -> Traffic:
    """The day's traffic, by the factor of each hour of the local clock."""
    begins, paces = _stretches(day, factors)

    def drive_s(plain_s: int, leave_s: float) -> int:
        stretch = max(0, bisect_right(begins, leave_s) - 1)
        now, left = leave_s, float(plain_s)
        while stretch + 1 < len(begins):
            doable = (begins[stretch + 1] - now) / paces[stretch]
            if left <= doable:
                break
            now, left, stretch = begins[stretch + 1], left - doable, stretch + 1
        return up(now + left * paces[stretch] - leave_s)

    return drive_s


@lru_cache(maxsize=32)
def _stretches(
    day: ServiceDay, factors: tuple[float, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Seconds at which the factor changes, and the factor from there on."""
    begins: list[float] = []
    paces: list[float] = []
    for cell in _CELLS:
        second = cell * _CELL_S
        pace = factors[(day.start + timedelta(seconds=second)).astimezone(day.zone).hour]
        if not paces or pace != paces[-1]:
            begins.append(second)
            paces.append(pace)
    return tuple(begins), tuple(paces)

"""How much longer or shorter legs and work take than planned, on one day.

Drawn by day, truck and bin before anybody drives, so that all policies have the same luck.
"""

from dataclasses import dataclass

import numpy as np

from optimiser.simulator.world.randomness import Purpose, stream
from optimiser.simulator.world.sensors import Floats

DAY_SD = 0.05
"""Sd of the logarithm of a whole day's travel times around the mean, ..."""
LEG_SD = 0.15
"""... of a leg's within the day, ..."""
WORK_SD = 0.25
"""... and of the time at a bin or a disposal site (all general knowledge of the field)."""
LEGS = 512


@dataclass(frozen=True, slots=True)
class Luck:
    """Factors with mean 1: `legs` and `unloads` (trucks, LEGS), `service` (bins,)."""

    legs: Floats
    unloads: Floats
    service: Floats

    def leg(self, truck: int, number: int) -> float:
        """The factor of a truck's leg, by number in its day."""
        return float(self.legs[truck, number % LEGS])

    def unload(self, truck: int, number: int) -> float:
        """The factor of a truck's unloading."""
        return float(self.unloads[truck, number % LEGS])


def draw_luck(seed: int, day: int, trucks: int, bins: int) -> Luck:
    """The luck of a day (ordinal)."""
    traffic = stream(seed, day, Purpose.TRAFFIC)
    whole_day = _factors(traffic, DAY_SD, 1)
    return Luck(
        legs=whole_day * _factors(traffic, LEG_SD, (trucks, LEGS)),
        unloads=_factors(traffic, WORK_SD, (trucks, LEGS)),
        service=_factors(stream(seed, day, Purpose.SERVICE), WORK_SD, bins),
    )


def _factors(rng: np.random.Generator, sd: float, shape: int | tuple[int, int]) -> Floats:
    return np.exp(rng.normal(-(sd**2) / 2, sd, shape))

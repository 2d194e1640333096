"""Bins that one emptying a day can keep from overflowing."""

import numpy as np

from optimiser.simulator.keeping import Kept, can_be_kept, kept
from optimiser.simulator.levels import Levels
from optimiser.simulator.world.sensors import Signals
from optimiser.simulator.world.world import World

DAY_S = 86_400


def a_world(*rates: float, days: int = 5) -> World:
    """Bins, empty at first, into which so much of their volume comes a day, all day alike."""
    hours = np.arange(24 * days + 1)
    nothing = np.zeros(0, dtype=np.int64)
    return World(
        seed=1,
        start_s=0,
        end_s=days * DAY_S,
        first_s=0,
        volume_l=np.full(len(rates), 100.0),
        level=np.zeros(len(rates)),
        poured=np.array(rates)[:, None] * hours / 24,
        signals=Signals(*(nothing for _ in Signals.__slots__)),
    )


def test_a_bin_cannot_be_kept_if_more_than_it_holds_comes_within_a_day() -> None:
    assert can_be_kept(a_world(0.5, 1.5), 0, 5 * DAY_S).tolist() == [True, False]


def test_one_bad_day_is_enough_and_days_outside_do_not_count() -> None:
    world = a_world(0.5)
    world.poured[0, 30:] += 0.8

    assert not can_be_kept(world, 0, 5 * DAY_S)[0]
    assert can_be_kept(world, 2 * DAY_S, 5 * DAY_S)[0]


def test_pickups_of_other_bins_count_good_or_late() -> None:
    levels = Levels(a_world(0.4, 1.5, 0.1))
    levels.empty(0, DAY_S // 2)
    for day in (1, 2, 3, 4):
        levels.empty(1, day * DAY_S)
    levels.empty(0, 4 * DAY_S)

    assert kept(levels, [DAY_S, 5 * DAY_S]) == Kept(bins=2, pickups=1, late=1)


def test_a_bin_over_full_at_the_end_counts_as_a_pickup_that_came_too_late() -> None:
    levels = Levels(a_world(0.4, 0.1))

    assert kept(levels, [0, 5 * DAY_S]) == Kept(bins=2, pickups=1, late=1)

"""From readings and emptyings to fill states: this room's pipeline, readable in one screen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying, Quality, Reading
from optimiser.forecast.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    ReadingArrays,
    reading_arrays,
)
from optimiser.forecast.clock import deposit_days
from optimiser.forecast.history import History, history, pools_of
from optimiser.forecast.kalman import Nature, predicted, run, unknown
from optimiser.forecast.pools import Pool, general_pool
from optimiser.forecast.report import as_states
from optimiser.forecast.sensors import reading_var, stuck
from optimiser.forecast.state import FillState
from optimiser.forecast.timeline import Events, busiest_first, last_rows, merge, ranks

SUSPICIOUS_FACTOR = 9.0
"""A suspicious reading has three times the standard deviation of a good one."""
DRIFT_SHARE = 0.02
"""A bin's rate wanders by this share of its kind's rate in a day: a tenth in a month."""
DEPOSIT_L = 50.0
"""Mean of 33 l a deposit (12-57 l, Groningen, n = 473), half as much again because they vary."""
DEPOSIT_SHARES = (0.01, 0.03)
"""Small bins take small deposits, so a deposit's share of the bin stays within these."""


def fill_states(
    bins: Sequence[Bin],
    readings: Sequence[Reading],
    emptyings: Sequence[Emptying],
    *,
    until: datetime,
    zone: ZoneInfo,
    pools: Mapping[str, Pool] | None = None,
) -> tuple[FillState, ...]:
    """The fill state of every bin at `until`, in the order of `bins`.

    Readings and emptyings may come in any order and repeated; those after `until` and those
    of unknown bins are ignored. `pools` by fraction replaces learning them from these bins,
    which is what to do for a few bins of many. Raises ValueError if `until` has no offset.
    """
    return fill_states_from_arrays(
        bins, reading_arrays(bins, readings), emptyings, until=until, zone=zone, pools=pools
    )


def fill_states_from_arrays(
    bins: Sequence[Bin],
    readings: ReadingArrays,
    emptyings: Sequence[Emptying],
    *,
    until: datetime,
    zone: ZoneInfo,
    pools: Mapping[str, Pool] | None = None,
) -> tuple[FillState, ...]:
    """`fill_states` for readings that are arrays already: no object a reading."""
    past = history(bins, readings, emptyings, until=until, zone=zone)
    if not bins:
        return ()
    shared = pools_of(past) if pools is None else pools
    return _states(
        past, [shared.get(each.fraction) or general_pool(each.fraction) for each in bins]
    )


def prior_states(bins: Sequence[Bin], *, at: datetime, zone: ZoneInfo) -> tuple[FillState, ...]:
    """States of bins of which nothing is known but their kind, in their order."""
    return fill_states(bins, (), (), until=at, zone=zone, pools={})


def _states(past: History, pools: Sequence[Pool]) -> tuple[FillState, ...]:
    rate = np.array([pool.rate_per_day for pool in pools])
    rate_sd = np.array([pool.rate_sd for pool in pools])
    profiles, profile_of = _profiles(pools)
    of_bin = past.readings.bin_index
    repeating = stuck(of_bin, past.readings.fill, past.number * rate[of_bin], past.step)
    events = _events(past, ~repeating, profiles, profile_of)
    order = busiest_first(events, len(pools))
    nature = Nature(_deposit_share(past.bins), (DRIFT_SHARE * rate) ** 2)
    start = unknown(rate, rate_sd)
    latest = run(start.where(order), nature.where(order), ranks(events, order))
    now_day = past.days.number(np.full(len(pools), past.until.timestamp()))
    elapsed = _since_last(events, deposit_days(now_day, profiles, profile_of))
    belief = predicted(latest.where(np.argsort(order)), nature, elapsed)
    return as_states(past, pools, belief, nature.deposit_share, repeating)


def _profiles(pools: Sequence[Pool]) -> tuple[FloatArray, IntArray]:
    """The different weekday profiles (profiles, 7), and each bin's row among them (bins,)."""
    row: dict[tuple[float, ...], int] = {}
    profile_of = [row.setdefault(pool.weekday_weights, len(row)) for pool in pools]
    return np.array(list(row)), np.array(profile_of)


def _deposit_share(bins: Sequence[Bin]) -> FloatArray:
    return np.clip(DEPOSIT_L / np.array([each.volume_l for each in bins]), *DEPOSIT_SHARES)


def _events(past: History, taken: BoolArray, profiles: FloatArray, profile_of: IntArray) -> Events:
    rows = past.readings.where(taken)
    fill_var = reading_var(past.noise, past.step)[rows.bin_index]
    fill_var[rows.quality == int(Quality.SUSPICIOUS)] *= SUSPICIOUS_FACTOR
    told = past.emptyings
    return merge(
        rows,
        fill_var,
        deposit_days(past.number[taken], profiles, profile_of[rows.bin_index]),
        told,
        deposit_days(past.days.number(told.time_s), profiles, profile_of[told.bin_index]),
    )


def _since_last(events: Events, now_day: FloatArray) -> FloatArray:
    """Deposit days since each bin's last event, 0 for a bin without any."""
    since = np.zeros(len(now_day))
    rows = last_rows(events.bin_index)
    of_bin = events.bin_index[rows]
    since[of_bin] = now_day[of_bin] - events.deposit_day[rows]
    return np.maximum(since, 0.0)

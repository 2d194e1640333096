"""Choice by prize: what it would cost, in expectation, to leave a bin until the next chance.

First version: the prize is the chance of overflow times its cost. Not yet in it: the dearer
visit later, several days ahead, and neighbours that will soon be due.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fractions import mass_kg
from optimiser.domain.problem import Evidence, Visit
from optimiser.forecast import FillState, forecast, overflow_chance, prior_states
from optimiser.selection.params import SelectionParams

VISIT_CLOCK = "12:00"
"""A visit is taken to happen at noon, the middle of the usual rounds."""
HIGHEST_LEVEL = 1.5
"""More than this does not lie in and beside a bin, however long it was not emptied."""
WIDEST_SD = 10.0
FULL = 1.0
DIGITS, MONEY_DIGITS = 6, 4
"""Answers carry so many decimals: a chance of 1e-64 says no more than 0."""


def choose(
    bins: Sequence[Bin],
    states: Sequence[FillState],
    *,
    days: Sequence[ServiceDay],
    params: SelectionParams,
) -> tuple[Visit, ...]:
    """One visit a bin, in the order of the bins, with evidence.

    A visit is worth its prize: the chance that the bin overflows before noon of `days[1]`,
    if it is left on `days[0]`, times the bin's overflow cost. It is required if that chance is
    `params.required_chance` or more, or if the bin is over full already; it keeps its prize
    then, as the cost of leaving it all the same. The waste expected is that at noon of `days[0]`.

    States may come in any order; of a bin without one, only its kind is known. Raises
    ValueError if there are less than two days, or one is not after the one before.
    """
    _check(days)
    day, next_day = days[0], days[1]
    if not bins:
        return ()
    known = _in_bin_order(bins, states, day)
    expected = forecast(known, _noon(day))
    next_chance = _noon(next_day)
    chances = np.minimum(overflow_chance(known, next_chance), 1.0)
    levels = np.clip(expected.level, 0.0, HIGHEST_LEVEL)
    sds = np.minimum(expected.sd, WIDEST_SD)
    columns = zip(bins, known, levels.tolist(), sds.tolist(), chances.tolist(), strict=True)
    return tuple(
        _visit(each, state, _evidence(state, level, sd, chance, next_chance), params)
        for each, state, level, sd, chance in columns
    )


def _check(days: Sequence[ServiceDay]) -> None:
    if len(days) < 2:
        raise ValueError(f"the choice needs the day planned and the next, not {len(days)} day(s)")
    for before, after in pairwise(days):
        if after.service_date <= before.service_date:
            raise ValueError(
                f"the next day of service, {after.service_date}, is not after {before.service_date}"
            )


def _in_bin_order(
    bins: Sequence[Bin], states: Sequence[FillState], day: ServiceDay
) -> list[FillState]:
    by_id = {each.bin_id: each for each in states}
    unheard = [each for each in bins if each.id not in by_id]
    for state in prior_states(unheard, at=_noon(day), zone=day.zone):
        by_id[state.bin_id] = state
    return [by_id[each.id] for each in bins]


def _noon(day: ServiceDay) -> datetime:
    return day.instant(day.seconds(VISIT_CLOCK))


def _evidence(
    state: FillState, level: float, sd: float, chance: float, next_chance: datetime
) -> Evidence:
    return Evidence(
        level=round(level, DIGITS),
        level_sd=round(sd, DIGITS),
        fill_per_day=round(state.rate_per_day, DIGITS),
        overflow_chance=round(chance, DIGITS),
        next_chance=next_chance,
        last_reading=state.last_reading,
        last_reading_at=state.last_reading_at,
        reliability=state.reliability,
    )


def _visit(each: Bin, state: FillState, evidence: Evidence, params: SelectionParams) -> Visit:
    volume_l = evidence.level * each.volume_l
    return Visit(
        id=each.id,
        place=each.place,
        name=each.name,
        fraction=each.fraction,
        volume_l=volume_l,
        mass_kg=mass_kg(each.fraction, volume_l),
        lifts=each.containers,
        service_s=each.service_s,
        hours=each.hours,
        access=each.access,
        required=state.level > FULL or evidence.overflow_chance >= params.required_chance,
        prize_eur=round(evidence.overflow_chance * each.overflow_cost_eur, MONEY_DIGITS),
        evidence=evidence,
    )

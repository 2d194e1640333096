"""What every policy does: states in the order of bins, evidence, and visits from both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fractions import mass_kg
from optimiser.domain.problem import Evidence, Visit
from optimiser.forecast import FillState, prior_states
from optimiser.forecast.ahead import Ahead, ahead
from optimiser.forecast.outlook import chances_by, levels_at
from optimiser.selection.ahead import Floats, noon

HIGHEST_LEVEL = 1.5
"""More than this does not lie in and beside a bin, however long it was not emptied."""
WIDEST_SD = 10.0
FULL = 1.0
DIGITS, MONEY_DIGITS = 6, 4
"""Answers carry so many decimals: a chance of 1e-64 says no more than 0."""


def in_bin_order(
    bins: Sequence[Bin], states: Sequence[FillState], day: ServiceDay
) -> list[FillState]:
    """The state of each bin; of one without any, what its kind says at noon of `day`."""
    by_id = {each.bin_id: each for each in states}
    unheard = [each for each in bins if each.id not in by_id]
    for state in prior_states(unheard, at=noon(day), zone=day.zone):
        by_id[state.bin_id] = state
    return [by_id[each.id] for each in bins]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of bins: level at noon of the day planned with its standard deviation, chance
    of overflow by `by`, the noon of the next day on which the bin may be emptied; all (bins,).
    """

    states: Sequence[FillState]
    level: Floats
    sd: Floats
    chance: Floats
    by: Sequence[datetime]

    def evidences(
        self,
        overflow_eur: Floats | None = None,
        left_until: Sequence[datetime | None] | None = None,
    ) -> list[Evidence]:
        """Evidence of each bin, with what its prize is made of where it has one."""
        money: Sequence[float | None] = [None] * len(self.states)
        if overflow_eur is not None:
            money = np.round(overflow_eur, MONEY_DIGITS).tolist()
        columns = (np.round(each, DIGITS).tolist() for each in (self.level, self.sd, self.chance))
        until = left_until or [None] * len(self.states)
        return [
            Evidence(
                level=level,
                level_sd=sd,
                fill_per_day=round(state.rate_per_day, DIGITS),
                overflow_chance=chance,
                next_chance=by,
                last_reading=state.last_reading,
                last_reading_at=state.last_reading_at,
                reliability=state.reliability,
                overflow_eur=overflow,
                left_until=later,
            )
            for state, level, sd, chance, by, overflow, later in zip(
                self.states, *columns, self.by, money, until, strict=True
            )
        ]


def seen(
    bins: Sequence[Bin],
    states: Sequence[FillState],
    days: Sequence[ServiceDay],
    now: Ahead | None = None,
) -> Seen:
    """What is known of bins on `days[0]`; a bin that may be emptied on none of the other days has
    its next chance on the last. `now`: the states as arrays, where they are there already.
    """
    now = ahead(states) if now is None else now
    expected = levels_at(now, np.full(len(states), noon(days[0]).timestamp()))
    following = _next_chances(bins, days[1:])
    by_s = np.array([each.timestamp() for each in following], dtype=np.float64)
    return Seen(
        states,
        np.clip(expected.level, 0.0, HIGHEST_LEVEL),
        np.minimum(expected.sd, WIDEST_SD),
        np.minimum(chances_by(now, by_s), 1.0),
        following,
    )


def _next_chances(bins: Sequence[Bin], days: Sequence[ServiceDay]) -> list[datetime]:
    by_hours = {
        hours: noon(next((day for day in days if day.windows(hours)), days[-1]))
        for hours in {each.hours for each in bins}
    }
    return [by_hours[each.hours] for each in bins]


def visit(each: Bin, evidence: Evidence, *, required: bool, prize_eur: float = 0.0) -> Visit:
    """A bin as a visit; the waste expected is that of the evidence's level."""
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
        required=required,
        prize_eur=prize_eur,
        evidence=evidence,
    )

"""What a fixed schedule would have emptied on a day: the other side of every plan's account."""

from collections.abc import Sequence
from dataclasses import replace

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.problem import Visit
from optimiser.forecast import FillState
from optimiser.selection.fixed import day_number, schedule
from optimiser.selection.params import SelectionParams
from optimiser.selection.visits import HIGHEST_LEVEL, in_bin_order, seen, visit

DAYS_A_WEEK = 7


def fixed_round(
    bins: Sequence[Bin],
    states: Sequence[FillState],
    *,
    days: Sequence[ServiceDay],
    params: SelectionParams,
) -> tuple[Visit, ...]:
    """The bins whose turn `days[0]` is in a fixed schedule, all required; no other bin.

    The schedule is that of the policy `Fixed`, made from the rates known today, and it is taken
    to have been driven all along. So a bin holds what falls in during one interval at its usual
    rate, not what lies in it now, and none is overdue: that another policy left or emptied it
    since says nothing of what the schedule would have done.
    """
    known = in_bin_order(bins, states, days[0])
    served = frozenset(day.weekday for day in days)
    turns = schedule(
        bins,
        [each.rate_per_day for each in known],
        fill=params.fixed_fill,
        days_a_week=len(served),
    )
    number = day_number(days[0].service_date, served)
    due = [
        (each, state)
        for each, state in zip(bins, known, strict=True)
        if number % turns[each.id].every == turns[each.id].rest
    ]
    if not due:
        return ()
    evidences = seen([each for each, _ in due], [state for _, state in due], days).evidences()
    found = []
    for (each, state), evidence in zip(due, evidences, strict=True):
        between = turns[each.id].every * DAYS_A_WEEK / len(served)
        level = min(HIGHEST_LEVEL, state.rate_per_day * between)
        found.append(visit(each, replace(evidence, level=level), required=True))
    return tuple(found)

"""Choice by prize: what it would cost, in expectation, to leave a bin today.

Left today, a bin is emptied on the later day that is best for it, when a truck goes and may be
near anyway, or not within the days looked at. Until then it may overflow, and then it needs a
visit, perhaps a dear one; emptied today, it is empty and that visit comes later. The difference
is the prize. So a half-full bin is worth about half a visit, to a truck that passes anyway;
a bin that will overflow before the next chance is worth the overflow and the visit.
"""

from collections.abc import Sequence

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.problem import Visit
from optimiser.forecast import FillState
from optimiser.forecast.ahead import ahead
from optimiser.selection.ahead import growth, noon, noons
from optimiser.selection.params import SelectionParams
from optimiser.selection.prizes import prizes
from optimiser.selection.visits import FULL, MONEY_DIGITS, in_bin_order, seen, visit


def choose(
    bins: Sequence[Bin],
    states: Sequence[FillState],
    *,
    days: Sequence[ServiceDay],
    params: SelectionParams,
) -> tuple[Visit, ...]:
    """One visit a bin, in the order of the bins, with evidence.

    Its prize is the money lost, in expectation, by leaving it on `days[0]`. It is required if
    its chance of overflow by noon of the next of `days[1:]` on which it may be emptied is
    `params.required_chance` or more, or if it is over full already; it keeps its prize then, as
    the cost of leaving it all the same. The waste expected is that at noon of `days[0]`.

    States may come in any order; of a bin without one, only its kind is known. Raises
    ValueError if there are less than two days, or one is not after the one before.
    """
    time = noons(days)
    if not bins:
        return ()
    known = in_bin_order(bins, states, days[0])
    share = np.array([each.deposit_share for each in known])
    now = ahead(known)
    grown = growth(now, share, time.time_s)
    facts = seen(bins, known, days, now)
    required = (facts.chance >= params.required_chance) | (grown.level > FULL)
    found = prizes(
        bins,
        grown,
        required,
        time,
        trips=params.trips or (),
        weight=params.overflow_weight,
        visit_weight=params.visit_weight,
    )
    until = [noon(day) for day in time.days] + [None]
    columns = zip(
        bins,
        facts.evidences(found.overflow_eur, [until[each] for each in found.left_until.tolist()]),
        required.tolist(),
        found.prize_eur.tolist(),
        strict=True,
    )
    return tuple(
        visit(each, evidence, required=must, prize_eur=round(prize, MONEY_DIGITS))
        for each, evidence, must, prize in columns
    )

"""Choice by threshold, as commonly done: a bin is emptied from a level on, and else left."""

from collections.abc import Sequence

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.problem import Visit
from optimiser.forecast import FillState
from optimiser.selection.params import SelectionParams
from optimiser.selection.visits import in_bin_order, seen, visit


def threshold(
    bins: Sequence[Bin],
    states: Sequence[FillState],
    *,
    days: Sequence[ServiceDay],
    params: SelectionParams,
) -> tuple[Visit, ...]:
    """A visit is required if the level expected at noon of `days[0]` is `params.threshold` or
    more; any other has no prize, so that no truck goes there.
    """
    known = in_bin_order(bins, states, days[0])
    return tuple(
        visit(each, evidence, required=evidence.level >= params.threshold)
        for each, evidence in zip(bins, seen(bins, known, days).evidences(), strict=True)
    )

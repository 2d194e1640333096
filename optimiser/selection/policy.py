"""The seam for other ways of choosing, such as a fixed schedule or a threshold."""

from collections.abc import Sequence
from typing import Protocol

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.problem import Visit
from optimiser.forecast import FillState
from optimiser.selection.params import SelectionParams


class Policy(Protocol):
    """Every bin becomes a visit, required or optional; `choose` is the policy by prize.

    `days[0]` is the day that is planned, `days[1:]` are the next days of service in their order:
    at least one, better the next seven.
    """

    def __call__(
        self,
        bins: Sequence[Bin],
        states: Sequence[FillState],
        *,
        days: Sequence[ServiceDay],
        params: SelectionParams,
    ) -> tuple[Visit, ...]: ...

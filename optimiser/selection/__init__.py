"""Which bins to visit: forecasts become visits, required or optional with a prize."""

from optimiser.selection.choose import choose
from optimiser.selection.fixed import Fixed
from optimiser.selection.params import SelectionParams
from optimiser.selection.policy import Policy
from optimiser.selection.threshold import threshold
from optimiser.selection.trips import Trip, trips_of
from optimiser.selection.usual import fixed_round

__all__ = [
    "Fixed",
    "Policy",
    "SelectionParams",
    "Trip",
    "choose",
    "fixed_round",
    "threshold",
    "trips_of",
]

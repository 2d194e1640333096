"""Which bins to visit: forecasts become visits, required or optional with a prize."""

from optimiser.selection.choose import choose
from optimiser.selection.params import SelectionParams
from optimiser.selection.policy import Policy

__all__ = ["Policy", "SelectionParams", "choose"]

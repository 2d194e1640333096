"""The one rounding function: from real quantities to the solvers' whole numbers.

Inside the solvers money is in thousandths of a euro, mass in kilograms, volume in litres,
time in seconds, distance in metres.
"""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

MILLI_EUR_PER_EUR = 1000
_NOISE = 1e-6
"""Below this a remainder is floating-point noise, not a quantity."""


def whole(value: float, way: Literal["near", "up", "down"] = "near") -> int:
    """Round to a whole number: to the nearest (halves up), up for demands, down for capacities.

    Raises ValueError for NaN and infinities, which no solver may ever see.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot become a whole number")
    return int(_rounded(np.asarray(value, dtype=float), way))


def whole_array(
    values: NDArray[np.float64], way: Literal["near", "up", "down"] = "near"
) -> NDArray[np.int64]:
    """`whole` for an array of any shape."""
    if not np.isfinite(values).all():
        raise ValueError("an array with NaN or infinity cannot become whole numbers")
    return _rounded(values, way).astype(np.int64)


def _rounded(values: NDArray[np.float64], way: str) -> NDArray[np.float64]:
    if way == "up":
        return np.ceil(values - _NOISE)
    if way == "down":
        return np.floor(values + _NOISE)
    return np.floor(values + 0.5)

"""How far a stated number may lie from the recomputed one, and why no farther."""

LEG_M = 1.0
"""Metres a leg: whole metres hide half a metre, another haversine a little more."""

LEG_S = 1.0
"""Seconds a leg: times go up to the next second, and noise of 1e-6 s may decide which."""

ROUNDED = 0.5
"""Metres or seconds a leg where the problem says how they are rounded: the very number."""

CLOCK_S = 0.5
"""Seconds between stated times, which are whole; only a file's rounding is forgiven."""

LOAD = 1e-3
"""Kilograms, litres or units of energy: loads are sums of floats stated with few decimals."""

CO2E_G = 1.0
"""Grams: energy stated with four decimals, times thousands of grams a unit."""

EURO = 0.01
"""Euros a line: money is paid in cents."""

ROUNDING = 1e-6
"""Below this a remainder over a whole second is noise and not rounded up."""


def differs(found: float, expected: float, tolerance: float) -> bool:
    """Whether two numbers are farther apart than the tolerance; NaN always is."""
    return not abs(found - expected) <= tolerance

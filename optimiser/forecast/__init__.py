"""Readings become fill states, fill states become the chance of overflow by a time."""

from optimiser.forecast.arrays import ReadingArrays, reading_arrays
from optimiser.forecast.fill import fill_states, fill_states_from_arrays, prior_states
from optimiser.forecast.history import history, pools_of
from optimiser.forecast.kinds import kind_of
from optimiser.forecast.live import LiveStates, Updated
from optimiser.forecast.outlook import Forecast, FullAt, forecast, full_at, overflow_chance
from optimiser.forecast.points import NO_POINTS, Point, Points, packed, unpacked
from optimiser.forecast.pools import Pool
from optimiser.forecast.resume import NamedReadings, Resumed, resume
from optimiser.forecast.state import FillState

__all__ = [
    "NO_POINTS",
    "FillState",
    "Forecast",
    "FullAt",
    "LiveStates",
    "NamedReadings",
    "Point",
    "Points",
    "Pool",
    "ReadingArrays",
    "Resumed",
    "Updated",
    "fill_states",
    "fill_states_from_arrays",
    "forecast",
    "full_at",
    "history",
    "kind_of",
    "overflow_chance",
    "packed",
    "pools_of",
    "prior_states",
    "reading_arrays",
    "resume",
    "unpacked",
]

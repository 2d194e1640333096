"""Travel between places: plain distances and times, and how traffic stretches them."""

from optimiser.travel.clock import TravelClock
from optimiser.travel.matrix import UNREACHABLE, Table, TravelMatrix, travel_matrix
from optimiser.travel.points import Points

__all__ = ["UNREACHABLE", "Points", "Table", "TravelClock", "TravelMatrix", "travel_matrix"]

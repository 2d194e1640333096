"""Travel between places: plain distances and times, and how traffic stretches them."""

from optimiser.travel.clock import TravelClock
from optimiser.travel.matrix import UNREACHABLE, TravelMatrix, travel_matrix

__all__ = ["UNREACHABLE", "TravelClock", "TravelMatrix", "travel_matrix"]

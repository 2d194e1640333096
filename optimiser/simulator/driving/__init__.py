"""A day as it really goes: trucks fill up, roads are slow, some stops are not reached."""

from optimiser.simulator.driving.drive import Driven, Missed, drive
from optimiser.simulator.driving.luck import Luck, draw_luck

__all__ = ["Driven", "Luck", "Missed", "draw_luck", "drive"]

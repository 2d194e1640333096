"""Fuel or electricity of a route, and the CO2e that comes of it."""

from optimiser.emissions.energy import leg_energy, load_share, work_energy

__all__ = ["leg_energy", "load_share", "work_energy"]

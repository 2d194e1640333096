"""A comparison as files: tables for machines, and a page that a city can hand to its council."""

from optimiser.simulator.report.page import write_page
from optimiser.simulator.report.tables import write_tables

__all__ = ["write_page", "write_tables"]

"""The digital twin: policies in the same made-up worlds, by the real pipeline; docs/twin.md."""

from optimiser.simulator.city import City
from optimiser.simulator.compare import compare
from optimiser.simulator.policies import POLICIES, UnknownPolicy
from optimiser.simulator.record import Day, Record
from optimiser.simulator.run import Settings, simulate
from optimiser.simulator.store import OtherRuns
from optimiser.simulator.tuning import Trial, best, tune

__all__ = [
    "POLICIES",
    "City",
    "Day",
    "OtherRuns",
    "Record",
    "Settings",
    "Trial",
    "UnknownPolicy",
    "best",
    "compare",
    "simulate",
    "tune",
]

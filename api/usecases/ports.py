"""What the use cases need from outside, so that tests can give something simpler."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.planning import Progress, Stop

Clock = Callable[[], datetime]
"""Tells the time, aware, in UTC."""


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


class Planner(Protocol):
    """Solves, schedules and verifies: optimiser.planning.make_plan, or a test's own."""

    def __call__(
        self,
        problem: Problem,
        *,
        stop: Stop,
        seed: int = 0,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        memory_mb: int = 4096,
    ) -> Plan:
        """Raises PlanningFailed."""
        ...

"""What the service tells of itself in numbers, as far as the database knows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from api.store import figures, workers
from api.store.database import Database
from api.store.plans import queue_state
from api.usecases.fleets import each_fleet

SOLVE_BOUNDS_S = (1.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)
WORKER_SILENT = timedelta(seconds=15)
"""A worker that was not heard for so long counts as gone."""


@dataclass(frozen=True)
class Figures:
    """`queue_age_s`: how long the oldest queued plan waits. `solved_within`: of the `solved`
    plans, which took `solve_s` together, how many took at most each of SOLVE_BOUNDS_S.
    `published_cost_eur`: of today's published plan. `last_reading_age_s`: None without readings.
    """

    plans: dict[str, int]
    queue_age_s: float
    workers: int
    solved_within: tuple[int, ...]
    solved: int
    solve_s: float
    published_cost_eur: float | None
    sensors: dict[str, int]
    last_reading_age_s: float | None
    quarantined: dict[str, int]


def workers_alive(db: Database, *, now: datetime) -> int:
    """How many workers were heard lately, whoever they solve for. Raises StoreUnavailable."""
    with db.of(None).read() as tx:
        heard = workers.heard_since(tx, now - WORKER_SILENT)
    for mine in each_fleet(db):
        with mine.read() as tx:
            heard |= workers.solving_since(tx, now - WORKER_SILENT)
    return len(heard)


def service_figures(db: Database, *, now: datetime, zone: ZoneInfo) -> Figures:
    """The figures of one fleet now; workers are everybody's. Raises StoreUnavailable."""
    alive = workers_alive(db, now=now)
    with db.read() as tx:
        _, _, oldest = queue_state(tx)
        within, solved, solve_s = figures.solve_times(tx, SOLVE_BOUNDS_S)
        heard = figures.last_reading_at(tx, now)
        return Figures(
            plans=figures.plans_by_status(tx),
            queue_age_s=0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
            workers=alive,
            solved_within=tuple(within),
            solved=solved,
            solve_s=solve_s,
            published_cost_eur=figures.published_cost(tx, now.astimezone(zone).date()),
            sensors=figures.sensors_by_state(tx),
            last_reading_age_s=None if heard is None else (now - heard).total_seconds(),
            quarantined=figures.quarantined_by_reason(tx),
        )

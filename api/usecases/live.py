"""A plan as it moves, for those who watch: how its search goes, and how driving goes."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from api.store import events
from api.store.database import Database
from api.usecases.driver.access import plan_in_force
from api.usecases.driver.log import LoggedEvent, logged
from api.usecases.driver.progress import DrivingProgress, progress_of
from api.usecases.driver.state import recorded
from api.usecases.plans import PlanRecord, get_plan

MOST_AT_ONCE = 100
"""So many events a look; the others come with the looks after it."""
PROGRESS_EVERY_S = 2.0
"""Progress is told at most so often: many trucks report many positions."""


@dataclass(frozen=True)
class News:
    """One thing to tell. `seq` is the number of the day's last event that is told by then."""

    kind: Literal["plan", "report", "progress"]
    seq: int
    data: PlanRecord | LoggedEvent | DrivingProgress


class Watch:
    """Looks at a plan again and again, and tells what is new.

    `since`: the last event that the watcher knows, None for one who has just come: then events
    are told from now on. The plan and its progress are told at the first look in any case, for
    they are states; a look tells them only where they differ from the look before.
    """

    def __init__(self, db: Database, plan_id: str, *, since: int | None) -> None:
        self._db, self._plan_id = db, plan_id
        self._seq = since
        self._record: PlanRecord | None = None
        self._counted: int | None = None
        self._next_progress = 0.0

    def look(self) -> Iterator[News]:
        """What is new since the last look. Raises NotFound, StoreUnavailable."""
        record = get_plan(self._db, self._plan_id)
        reports = self._reports(record)
        progress = self._progress()
        seq = self._seq or 0
        if record != self._record:
            self._record = record
            yield News("plan", seq - len(reports), record)
        for each in reports:
            yield News("report", each.seq, each)
        if progress is not None:
            yield News("progress", seq, progress)

    def _reports(self, record: PlanRecord) -> list[LoggedEvent]:
        with self._db.read() as tx:
            last = events.last_seq(tx, record.service_date)
            if self._seq is None or self._seq > last:
                self._seq = last
            rows = events.fetch_after(tx, record.service_date, self._seq, MOST_AT_ONCE)
            current = plan_in_force(tx, record.service_date)
        found = [logged(recorded(row), current.id if current else None) for row in rows]
        if found:
            self._seq = found[-1].seq
        return found

    def _progress(self) -> DrivingProgress | None:
        """How far the trucks are, if that may have changed and was not told just now."""
        if self._counted == self._seq or monotonic() < self._next_progress:
            return None
        with self._db.read() as tx:
            found = progress_of(tx, self._plan_id)
        self._counted = self._seq
        self._next_progress = monotonic() + PROGRESS_EVERY_S
        return found

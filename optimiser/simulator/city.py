"""What the twin is made of: a city's own bins, fleet and recorded history."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import WEEKDAYS, ServiceDay
from optimiser.domain.fleet import Depot, DisposalSite, Truck
from optimiser.domain.problem import Rates
from optimiser.domain.readings import Emptying
from optimiser.domain.travel import GreatCircle, Travel
from optimiser.forecast import ReadingArrays

PLAN_CLOCK = "04:00"
"""When the day's plan is made: the latest readings are in, and no truck is out yet."""
DAYS_AHEAD = 7
"""Policies are told so many days of service after the one that is planned."""


@dataclass(frozen=True, slots=True)
class City:
    """Bins, fleet and history of a city. `readings.bin_index` are rows of `bins`.

    Raises ValueError if there is no bin, truck or depot.
    """

    bins: tuple[Bin, ...]
    depots: tuple[Depot, ...]
    disposal_sites: tuple[DisposalSite, ...]
    trucks: tuple[Truck, ...]
    readings: ReadingArrays
    emptyings: tuple[Emptying, ...] = ()
    timezone: str = "Europe/Copenhagen"
    travel: Travel = field(default_factory=GreatCircle)
    rates: Rates = field(default_factory=Rates)

    def __post_init__(self) -> None:
        for name in ("bins", "depots", "trucks"):
            if not getattr(self, name):
                raise ValueError(f"the city has no {name}, so there is nothing to simulate")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def first_date(self) -> date:
        """The first day that can be planned after all that was recorded.

        Raises ValueError if nothing was recorded.
        """
        times = [each.time for each in self.emptyings]
        if len(self.readings.time_s):
            times.append(datetime.fromtimestamp(float(self.readings.time_s.max()), UTC))
        if not times:
            raise ValueError("the city has no readings and no emptyings; say when to begin")
        local = max(times).astimezone(self.zone)
        today = ServiceDay(local.date(), self.timezone)
        late = local > today.instant(today.seconds(PLAN_CLOCK))
        return local.date() + timedelta(days=1) if late else local.date()

    def service_days(self, since: date) -> Sequence[ServiceDay]:
        """The first days from `since` on that a truck drives on, `DAYS_AHEAD` and one more."""
        driven = {day for truck in self.trucks for day in truck.shift.days}
        found: list[ServiceDay] = []
        day = since
        while len(found) <= DAYS_AHEAD:
            if WEEKDAYS[day.weekday()] in driven:
                found.append(ServiceDay(day, self.timezone))
            day += timedelta(days=1)
        return found

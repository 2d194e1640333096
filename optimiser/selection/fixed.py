"""A fixed schedule, as a city would make it: each bin every n-th day of service.

The interval comes from the bin's usual fill rate. Bins of one interval are cut, along a sweep
around their middle, into as many rounds of equal work as the interval has days, and rounds of
different intervals on one day lie in the same part of the city where they can.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import atan2, cos, floor, radians
from statistics import fmean

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import WEEKDAYS, ServiceDay, Weekday
from optimiser.domain.problem import Visit
from optimiser.forecast import FillState
from optimiser.selection.ahead import noon
from optimiser.selection.params import SelectionParams
from optimiser.selection.visits import in_bin_order, seen, visit

LONGEST = 28
"""A round is driven every so many days of service at the least."""
OVERDUE = 1.5
"""A bin not emptied for so many intervals was left out, and is due on any day."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A bin's turn: every `every`-th day of service, the one whose number leaves `rest`."""

    every: int
    rest: int


@dataclass
class Fixed:
    """The policy: its schedule is made when it first sees the bins, and again for other bins."""

    turns: dict[str, Turn] = field(default_factory=dict)

    def __call__(
        self,
        bins: Sequence[Bin],
        states: Sequence[FillState],
        *,
        days: Sequence[ServiceDay],
        params: SelectionParams,
    ) -> tuple[Visit, ...]:
        """A visit is required if it is the bin's turn on `days[0]`, or if it was left out; any
        other has no prize, so that no truck goes there.
        """
        known = in_bin_order(bins, states, days[0])
        served = frozenset(day.weekday for day in days)
        if any(each.id not in self.turns for each in bins):
            rates = [each.rate_per_day for each in known]
            self.turns = schedule(bins, rates, fill=params.fixed_fill, days_a_week=len(served))
        number = day_number(days[0].service_date, served)
        rows = zip(bins, known, seen(bins, known, days).evidences(), strict=True)
        return tuple(
            visit(each, evidence, required=self._due(state, number, days[0], len(served)))
            for each, state, evidence in rows
        )

    def _due(self, state: FillState, number: int, day: ServiceDay, days_a_week: int) -> bool:
        turn = self.turns[state.bin_id]
        if number % turn.every == turn.rest:
            return True
        longest = timedelta(days=OVERDUE * turn.every * 7 / days_a_week)
        last = state.last_emptied_at
        return last is not None and noon(day) - last > longest


def schedule(
    bins: Sequence[Bin], rates: Sequence[float], *, fill: float, days_a_week: int
) -> dict[str, Turn]:
    """The turn of each bin by id, so that at its usual rate (a day) it is emptied by `fill`."""
    alike: dict[int, list[Bin]] = defaultdict(list)
    for each, rate in zip(bins, rates, strict=True):
        most = floor(fill / (rate * 7 / days_a_week))
        alike[max(1, min(LONGEST, most))].append(each)
    turns = {}
    for every, together in alike.items():
        rest_of = {part: rest for rest, part in enumerate(spread(every))}
        for each, part in zip(*_parts(together, every, bins), strict=True):
            turns[each.id] = Turn(every, rest_of[part])
    return turns


def _parts(together: Sequence[Bin], parts: int, bins: Sequence[Bin]) -> tuple[list[Bin], list[int]]:
    """Bins in the order of a sweep around the middle of all, and the part that each is in."""
    lon, lat = fmean(each.place.lon for each in bins), fmean(each.place.lat for each in bins)
    flat = cos(radians(lat))
    swept = sorted(
        together, key=lambda b: (atan2(b.place.lat - lat, (b.place.lon - lon) * flat), b.id)
    )
    work = sum(each.service_s + 1 for each in swept)
    found, before = [], 0
    for each in swept:
        found.append(min(parts - 1, parts * before // work))
        before += each.service_s + 1
    return swept, found


def spread(parts: int) -> list[int]:
    """The order in which parts of a sweep are driven: halves in turn, then quarters, and so on
    (by van der Corput's sequence), so that on one day rounds of 2, 4 and 8 lie in one quarter.
    """
    numbers = [int(f"{each:016b}"[::-1], 2) for each in range(parts)]
    ranks = {number: rank for rank, number in enumerate(sorted(numbers))}
    return [ranks[number] for number in numbers]


def day_number(day: date, served: frozenset[Weekday]) -> int:
    """The number of a day of service, if these weekdays are served every week."""
    before = sum(name in served for name in WEEKDAYS[: day.weekday()])
    return (day.toordinal() - 1) // 7 * len(served) + before

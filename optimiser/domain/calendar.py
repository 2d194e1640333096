"""Wall-clock hours, and the one place where they become seconds of a service day.

Inside a problem time is whole seconds since local midnight of the service date,
counted as they really pass: on a clock-change day 06:00 is 5 or 7 hours after
midnight. `ServiceDay` converts; nothing else does arithmetic on wall-clock times.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

CLOCK_PATTERN = r"^([0-3][0-9]|4[0-7]):[0-5][0-9](:[0-5][0-9])?$"
Clock = Annotated[str, StringConstraints(pattern=CLOCK_PATTERN)]
"""Wall-clock time "HH:MM" or "HH:MM:SS" of the service date; "26:30" is 02:30 of the next day."""

TIME_OF_DAY_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
TimeOfDay = Annotated[str, StringConstraints(pattern=TIME_OF_DAY_PATTERN)]
"""A time "HH:MM" of any day."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            f"{name!r} is no time zone; give an IANA name such as Europe/Copenhagen"
        ) from error
    return name


Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_zone)]


def clock_seconds(clock: str) -> int:
    """Seconds that a clock shows, as if no clock were ever changed: "06:30" -> 23400."""
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + (rest[0] if rest else 0)


def _clock(seconds: int) -> str:
    """The clock text of what `clock_seconds` counts."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Hours:
    """A span of wall-clock time on some days of the week, both ends included.

    A window bounds the start of a service: one that starts at `closes` is in time.
    """

    opens: Clock
    closes: Clock
    days: frozenset[Weekday] = frozenset(WEEKDAYS)

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        if clock_seconds(self.closes) < clock_seconds(self.opens):
            raise ValueError(
                f"closes {self.closes} is before opens {self.opens}; "
                "for a window over midnight count on past 24:00, as in 22:00 to 30:00"
            )
        return self


@dataclass(frozen=True, config=CONFIG)
class ServiceDay:
    """A service date in a time zone, and its conversions between clock, seconds and UTC."""

    service_date: date
    timezone: Zone

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def start(self) -> datetime:
        """Local midnight at the start of the service date, in UTC."""
        return datetime.combine(self.service_date, time(), self.zone).astimezone(UTC)

    def seconds(self, clock: str) -> int:
        """Seconds that really pass from local midnight until the clock shows `clock`.

        A time that the clock shows twice is the first of the two; one that it skips is
        the moment of the jump, so that later clock times never come earlier.
        """
        if clock not in self._known_seconds:
            self._known_seconds[clock] = self._seconds(clock)
        return self._known_seconds[clock]

    @cached_property
    def _known_seconds(self) -> dict[str, int]:
        """Many things of a problem share their clock times, and asking again is frequent."""
        return {}

    @cached_property
    def _known_windows(self) -> dict[tuple[Hours, ...], tuple[tuple[int, int], ...]]:
        return {}

    def _seconds(self, clock: str) -> int:
        days, rest = divmod(clock_seconds(clock), 86_400)
        wall = time(rest // 3600, rest % 3600 // 60, rest % 60)
        local = datetime.combine(self.service_date + timedelta(days=days), wall, self.zone)
        later_fold, plain = (self.elapsed(local.replace(fold=fold)) for fold in (1, 0))
        if later_fold >= plain:  # only in a gap does fold 1 come before fold 0
            return plain
        offset = self._offset(plain)
        return later_fold + bisect_left(
            range(later_fold, plain), True, key=lambda second: self._offset(second) == offset
        )

    def _offset(self, seconds: int) -> timedelta | None:
        return self.instant(seconds).astimezone(self.zone).utcoffset()

    def clock_at(self, instant: datetime) -> str:
        """What the clock shows at an instant of this or the next day, or else soonest after it:
        in the second of two equal hours it is the end of that hour. Raises ValueError.
        """
        wanted = self.elapsed(instant)
        shown = range(2 * 86_400)
        if not 0 <= wanted <= self.seconds(_clock(shown[-1])):
            raise ValueError(f"{instant.isoformat()} is not within {self.service_date} or the next")
        return _clock(bisect_left(shown, wanted, key=lambda each: self.seconds(_clock(each))))

    def instant(self, seconds: int) -> datetime:
        """The UTC instant `seconds` after local midnight."""
        return self.start + timedelta(seconds=seconds)

    def elapsed(self, instant: datetime) -> int:
        """Whole seconds from local midnight to an aware instant."""
        return round((instant - self.start).total_seconds())

    @property
    def weekday(self) -> Weekday:
        return WEEKDAYS[self.service_date.weekday()]

    def is_open(self, hours: Hours) -> bool:
        """Whether these hours hold on the service date's day of the week."""
        return self.weekday in hours.days

    def windows(self, hours: tuple[Hours, ...]) -> tuple[tuple[int, int], ...]:
        """Open spans of this day as (first, last) second, sorted and merged.

        No hours at all mean always open: one span of `ALWAYS`. Hours of which none
        holds today mean closed: an empty tuple.
        """
        if not hours:
            return (ALWAYS,)
        if hours not in self._known_windows:
            self._known_windows[hours] = self._windows(hours)
        return self._known_windows[hours]

    def _windows(self, hours: tuple[Hours, ...]) -> tuple[tuple[int, int], ...]:
        spans = sorted(
            (self.seconds(each.opens), self.seconds(each.closes))
            for each in hours
            if self.is_open(each)
        )
        merged: list[tuple[int, int]] = []
        for first, last in spans:
            if merged and first <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        return tuple(merged)


ALWAYS = (-86_400, 4 * 86_400)
"""A span, in seconds of the service day, wider than any shift."""

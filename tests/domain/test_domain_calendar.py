from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from optimiser.domain.calendar import ALWAYS, WEEKDAYS, Hours, ServiceDay, clock_seconds

HOUR = 3600
COPENHAGEN = "Europe/Copenhagen"
SPRING = ServiceDay(date(2026, 3, 29), COPENHAGEN)  # 02:00 becomes 03:00
AUTUMN = ServiceDay(date(2026, 10, 25), COPENHAGEN)  # 03:00 becomes 02:00
PLAIN = ServiceDay(date(2026, 11, 24), COPENHAGEN)  # a Tuesday

days = st.builds(
    ServiceDay,
    st.dates(date(2000, 1, 1), date(2040, 12, 31))
    | st.sampled_from([day.service_date for day in (SPRING, AUTUMN)])
    | st.sampled_from([date(2026, 3, 28), date(2026, 10, 24)]),
    st.sampled_from(
        [
            COPENHAGEN,
            "UTC",
            "Asia/Kathmandu",  # 5:45 from UTC
            "Australia/Lord_Howe",  # changes by half an hour
            "America/Havana",  # changes at midnight
        ]
    ),
)
clocks = st.builds(
    "{:02}:{:02}:{:02}".format, st.integers(0, 47), st.integers(0, 59), st.integers(0, 59)
)


def span(opens: str, closes: str, *weekdays: str) -> Hours:
    return Hours(opens=opens, closes=closes, days=frozenset(weekdays or WEEKDAYS))


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [("00:00", 0), ("06:30", 23_400), ("06:30:15", 23_415), ("24:00", 86_400), ("47:59", 172_740)],
)
def test_a_clock_time_is_seconds_past_midnight(clock: str, seconds: int) -> None:
    assert clock_seconds(clock) == seconds
    assert PLAIN.seconds(clock) == seconds


@pytest.mark.parametrize(
    "clock",
    [
        "",
        "6:30",
        "06:60",
        "48:00",
        "-1:00",
        "06.30",
        "06:30:60",
        "06:30:00.5",
        "6h",
        "06:30\n",
        630,
    ],
)
def test_what_is_no_clock_time_is_refused(clock: object) -> None:
    with pytest.raises(ValidationError, match="opens"):
        Hours(opens=clock, closes="23:00")


@pytest.mark.parametrize(
    ("day", "clock", "hours"),
    [
        (SPRING, "00:00", 0),
        (SPRING, "01:59", 1 + 59 / 60),
        (SPRING, "02:00", 2),  # skipped: the moment of the jump
        (SPRING, "02:30", 2),
        (SPRING, "03:00", 2),
        (SPRING, "06:00", 5),
        (SPRING, "24:00", 23),
        (SPRING, "26:30", 25.5),
        (AUTUMN, "01:59", 1 + 59 / 60),
        (AUTUMN, "02:30", 2.5),  # shown twice: the first
        (AUTUMN, "03:00", 4),
        (AUTUMN, "06:00", 7),
        (AUTUMN, "24:00", 25),
        (AUTUMN, "26:30", 27.5),
    ],
)
def test_on_clock_change_days_the_clock_loses_or_gains_an_hour(
    day: ServiceDay, clock: str, hours: float
) -> None:
    assert day.seconds(clock) == hours * HOUR


@pytest.mark.parametrize(
    ("service_date", "clock", "hours"),
    [
        (date(2026, 3, 28), "25:59", 26 - 1 / 60),
        (date(2026, 3, 28), "26:30", 26),
        (date(2026, 3, 28), "27:00", 26),
        (date(2026, 3, 28), "30:00", 29),
        (date(2026, 10, 24), "26:30", 26.5),
        (date(2026, 10, 24), "27:00", 28),
        (date(2026, 10, 24), "30:00", 31),
    ],
)
def test_a_shift_over_a_clock_change_midnight_counts_the_hours_that_pass(
    service_date: date, clock: str, hours: float
) -> None:
    assert ServiceDay(service_date, COPENHAGEN).seconds(clock) == hours * HOUR


def test_a_half_hour_that_is_skipped_is_the_moment_of_its_jump() -> None:
    day = ServiceDay(date(2026, 10, 4), "Australia/Lord_Howe")  # 02:00 becomes 02:30
    assert day.seconds("01:59") == 2 * HOUR - 60
    assert day.seconds("02:15") == 2 * HOUR
    assert day.seconds("02:30") == 2 * HOUR
    assert day.seconds("03:00") == 2 * HOUR + 1800


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (SPRING, datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (AUTUMN, datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (PLAIN, datetime(2026, 11, 23, 23, tzinfo=UTC)),
    ],
)
def test_a_day_starts_at_local_midnight(day: ServiceDay, start: datetime) -> None:
    assert day.start == start
    assert day.instant(0) == start
    assert day.instant(-60) == start - timedelta(minutes=1)


def test_instants_of_any_offset_are_seconds_of_the_day() -> None:
    new_york = timezone(timedelta(hours=-5))
    assert PLAIN.elapsed(datetime(2026, 11, 24, 1, tzinfo=new_york)) == 7 * HOUR


@given(day=days, seconds=st.integers(-86_400, 4 * 86_400))
def test_seconds_and_instants_are_each_others_inverse(day: ServiceDay, seconds: int) -> None:
    assert day.elapsed(day.instant(seconds)) == seconds


@given(day=days, one=clocks, other=clocks)
def test_a_later_clock_time_never_comes_earlier(day: ServiceDay, one: str, other: str) -> None:
    earlier, later = sorted((one, other))
    assert day.seconds(earlier) <= day.seconds(later)


@given(day=days, clock=clocks)
def test_the_clock_shows_what_was_asked_or_the_end_of_a_gap(day: ServiceDay, clock: str) -> None:
    second = day.seconds(clock)
    shown = day.instant(second).astimezone(day.zone).replace(tzinfo=None)
    wanted = datetime.combine(day.service_date, datetime.min.time()) + timedelta(
        seconds=clock_seconds(clock)
    )
    if shown != wanted:
        just_before = day.instant(second - 1).astimezone(day.zone).replace(tzinfo=None)
        assert just_before < wanted < shown


def test_a_span_that_closes_before_it_opens_is_refused_with_a_hint() -> None:
    with pytest.raises(ValidationError, match="22:00 to 30:00"):
        span("22:00", "06:00")


def test_a_span_of_one_moment_is_allowed() -> None:
    assert PLAIN.windows((span("07:00", "07:00"),)) == ((7 * HOUR, 7 * HOUR),)


def test_a_span_over_midnight_counts_past_24() -> None:
    assert PLAIN.windows((span("22:00", "30:00"),)) == ((22 * HOUR, 30 * HOUR),)


def test_no_hours_mean_always_open_and_none_that_holds_today_means_closed() -> None:
    assert PLAIN.windows(()) == (ALWAYS,)
    assert PLAIN.windows((span("06:00", "14:00", "mon", "wed"),)) == ()
    assert PLAIN.windows((span("06:00", "14:00", "tue"),)) != ()


def test_the_weekday_is_that_of_the_service_date() -> None:
    assert [ServiceDay(date(2026, 11, 23 + k), "UTC").weekday for k in range(7)] == list(WEEKDAYS)


def test_an_unknown_weekday_is_refused() -> None:
    with pytest.raises(ValidationError, match="days"):
        span("06:00", "14:00", "tuesday")


def test_spans_that_touch_or_overlap_become_one() -> None:
    spans = (span("10:00", "12:00"), span("06:00", "08:00"), span("08:00", "09:00"))
    assert PLAIN.windows(spans) == ((6 * HOUR, 9 * HOUR), (10 * HOUR, 12 * HOUR))
    inside = (span("06:00", "12:00"), span("07:00", "08:00"))
    assert PLAIN.windows(inside) == ((6 * HOUR, 12 * HOUR),)


def test_a_window_within_the_skipped_hour_shrinks_to_the_jump() -> None:
    assert SPRING.windows((span("02:10", "02:50"),)) == ((2 * HOUR, 2 * HOUR),)


pairs = st.tuples(clocks, clocks).map(sorted)


@given(day=days, spans=st.lists(pairs, max_size=5), second=st.integers(0, 2 * 86_400))
def test_windows_are_in_order_apart_and_hold_just_what_the_spans_hold(
    day: ServiceDay, spans: list[list[str]], second: int
) -> None:
    hours = tuple(span(opens, closes) for opens, closes in spans)
    windows = day.windows(hours) if hours else ()
    assert all(first <= last for first, last in windows)
    assert all(one[1] < other[0] for one, other in pairwise(windows))
    open_by_span = any(day.seconds(a) <= second <= day.seconds(b) for a, b in spans)
    assert any(first <= second <= last for first, last in windows) == open_by_span


@pytest.mark.parametrize(
    "zone",
    [
        *("", "Copenhagen", "europe/copenhagen", "../../etc/passwd", "/etc/localtime"),
        *("Europe", "\x00", "\ud800", "zone.tab", "x" * 65, "Mars/Olympus"),
    ],
)
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError):
        ServiceDay(PLAIN.service_date, zone)


def test_an_unknown_zone_says_how_a_zone_looks() -> None:
    with pytest.raises(ValidationError, match="IANA name such as Europe/Copenhagen"):
        ServiceDay(PLAIN.service_date, "Copenhagen")


def test_hours_come_back_from_json_as_they_went() -> None:
    adapter = TypeAdapter(Hours)
    hours = span("22:00", "30:00", "fri", "sat")
    assert adapter.validate_json(adapter.dump_json(hours)) == hours

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimiser.domain.travel import COPENHAGEN_TRAFFIC, Planar
from optimiser.travel import UNREACHABLE, TravelClock
from tiny import a_problem

SLOW_8_TO_9 = tuple(2.0 if hour == 8 else 1.0 for hour in range(24))
HOUR = 3600


def clock(
    factors: tuple[float, ...], day: date = date(2026, 11, 24), zone: str = "Europe/Copenhagen"
) -> TravelClock:
    travel = Planar(kind="manhattan", speed_kmh=60, hour_factors=factors)
    return TravelClock(a_problem(service_date=day, timezone=zone, travel=travel))


@pytest.mark.parametrize(
    ("leave", "plain", "takes"),
    [
        (7 * HOUR, 600, 600),
        (8 * HOUR, 600, 1200),
        (8 * HOUR - 300, 600, 300 + 600),  # 300 s free, then 300 s at half pace
        (9 * HOUR - 300, 600, 300 + 450),  # 300 s work off 150, the rest is free
        (7 * HOUR + 1800, 3 * HOUR, 3 * HOUR + 1800),  # the slow hour works off only half
        (8 * HOUR, 0, 0),
        (8 * HOUR, UNREACHABLE, UNREACHABLE),
    ],
)
def test_a_leg_is_worked_off_at_the_pace_of_each_hour(leave: int, plain: int, takes: int) -> None:
    assert clock(SLOW_8_TO_9).leg_s(plain, leave) == takes


@pytest.mark.parametrize(
    ("day", "slow_from_hour"),
    [(date(2026, 3, 29), 7), (date(2026, 10, 25), 9), (date(2026, 11, 24), 8)],
)
def test_the_slow_hour_is_that_of_the_local_clock_on_clock_change_days(
    day: date, slow_from_hour: int
) -> None:
    walk = clock(SLOW_8_TO_9, day)
    assert walk.leg_s(60, slow_from_hour * HOUR) == 120
    assert walk.leg_s(60, slow_from_hour * HOUR - 60) == 60
    assert walk.leg_s(60, (slow_from_hour + 1) * HOUR) == 60


@pytest.mark.parametrize(
    ("day", "slow_from"), [(date(2026, 10, 4), 7.5 * HOUR), (date(2026, 4, 5), 8.5 * HOUR)]
)
def test_a_clock_may_change_by_half_an_hour(day: date, slow_from: float) -> None:
    walk = clock(SLOW_8_TO_9, day, "Australia/Lord_Howe")
    assert walk.leg_s(60, int(slow_from)) == 120
    assert walk.leg_s(60, int(slow_from) - 60) == 60
    assert walk.leg_s(60, int(slow_from) + HOUR) == 60


@given(
    leave=st.integers(-HOUR, 40 * HOUR),
    wait=st.integers(0, 5 * HOUR),
    plain=st.integers(0, 6 * HOUR),
)
def test_leaving_later_never_arrives_earlier(leave: int, wait: int, plain: int) -> None:
    walk = clock(COPENHAGEN_TRAFFIC)
    later = leave + wait
    assert leave + walk.leg_s(plain, leave) <= later + walk.leg_s(plain, later)


@given(
    plain=st.integers(0, 5 * HOUR),
    arrive=st.integers(0, 40 * HOUR),
    factors=st.sampled_from([SLOW_8_TO_9, COPENHAGEN_TRAFFIC, (1.7,) * 24, (0.3, 3.1) * 12]),
)
def test_leave_by_is_the_last_second_from_which_a_leg_is_in_time(
    plain: int, arrive: int, factors: tuple[float, ...]
) -> None:
    walk = clock(factors)
    leave = walk.leave_by(plain, arrive)
    assert leave + walk.leg_s(plain, leave) <= arrive
    assert leave + 1 + walk.leg_s(plain, leave + 1) > arrive


@given(
    legs=st.lists(st.tuples(st.integers(0, 3 * HOUR), st.integers(-HOUR, 60 * HOUR)), min_size=1),
    factors=st.sampled_from([SLOW_8_TO_9, COPENHAGEN_TRAFFIC, (1.7,) * 24]),
)
def test_many_legs_at_once_take_what_each_takes_alone(
    legs: list[tuple[int, int]], factors: tuple[float, ...]
) -> None:
    walk = clock(factors)
    plain, leave = (np.array(each) for each in zip((UNREACHABLE, 0), *legs, strict=True))
    found = walk.legs_s(plain, leave)
    assert found.tolist() == [walk.leg_s(*each) for each in zip(plain, leave, strict=True)]

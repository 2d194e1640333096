"""The verifier's own distances and traffic, against geometry and clocks known from elsewhere."""

from dataclasses import replace
from datetime import date
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verifier_anchor_problem import PROBLEM

from optimiser.domain.calendar import ServiceDay
from optimiser.domain.places import GeoPoint, PlanarPoint
from optimiser.domain.travel import GreatCircle, Planar
from optimiser.verifier.roads import Leg, metres_between, roads_of
from optimiser.verifier.traffic import traffic_of

HOUR = 3600
TUESDAY = ServiceDay(date(2026, 11, 24), "Europe/Copenhagen")
SPRING = ServiceDay(date(2026, 3, 29), "Europe/Copenhagen")
AUTUMN = ServiceDay(date(2026, 10, 25), "Europe/Copenhagen")
QUARTER_OF_THE_EARTH_M = 10_007_557.2  # 6,371,008.8 m x pi / 2


def slow(hour: int, factor: float = 2.0) -> tuple[float, ...]:
    return tuple(factor if each == hour else 1.0 for each in range(24))


@pytest.mark.parametrize(
    ("start", "end", "metres"),
    [
        ((0, 0), (0, 90), QUARTER_OF_THE_EARTH_M),
        ((0, 0), (90, 37), QUARTER_OF_THE_EARTH_M),  # every point 90 degrees of lon away
        ((0, 0), (180, 0), 2 * QUARTER_OF_THE_EARTH_M),
        ((12, 55), (12, 56), QUARTER_OF_THE_EARTH_M / 90),
        ((179.5, 0), (-179.5, 0), QUARTER_OF_THE_EARTH_M / 90),  # over the date line
        ((12.6, 55.7), (12.6, 55.7), 0),
    ],
)
def test_great_circles_have_the_length_that_geometry_says(
    start: tuple[float, float], end: tuple[float, float], metres: float
) -> None:
    found = metres_between(GeoPoint(*start), GeoPoint(*end), "great_circle")
    assert found == pytest.approx(metres, abs=0.1)


@pytest.mark.parametrize(("kind", "metres"), [("manhattan", 7), ("euclidean", 5)])
def test_on_the_plane_distance_is_along_the_axes_or_straight(kind: str, metres: float) -> None:
    assert metres_between(PlanarPoint(1, 1), PlanarPoint(-2, 5), kind) == metres


def test_a_leg_is_the_distance_with_detour_and_plain_seconds_rounded_up() -> None:
    depots = tuple(
        replace(depot, place=GeoPoint(12, latitude))
        for depot, latitude in zip(PROBLEM.depots, (55.0, 55.01), strict=True)
    )
    travel = GreatCircle(detour=1.5, speed_kmh=36)
    geo = replace(PROBLEM, depots=depots, disposal_sites=(), visits=(), travel=travel)
    leg = roads_of(geo)(0, 1)
    assert leg is not None
    assert leg.distance_m == pytest.approx(1.5 * QUARTER_OF_THE_EARTH_M / 9000)
    assert leg.plain_s == ceil(leg.distance_m / 10)


def test_whole_seconds_are_not_pushed_up_by_noise() -> None:
    travel = Planar(kind="euclidean", speed_kmh=10.8)  # 3 m/s, and 10.8 / 3.6 is not quite 3
    on_plane = replace(PROBLEM, travel=travel)
    assert roads_of(on_plane)(0, 3) == Leg(3000, 1000)


@pytest.mark.parametrize(
    ("rounding", "place", "leg"),
    [
        ("nearest", (1.5, 2), Leg(3, 3, exact=True)),
        ("nearest", (1.4, 2), Leg(2, 2, exact=True)),
        ("down", (1.5, 2), Leg(2, 2, exact=True)),
        ("down", (3, 4), Leg(5, 5, exact=True)),
        ("usual", (1.5, 2), Leg(2.5, 3)),
    ],
)
def test_on_a_plane_metres_and_seconds_are_rounded_as_the_problem_says(
    rounding: str, place: tuple[float, float], leg: Leg
) -> None:
    travel = Planar(kind="euclidean", speed_kmh=3.6, rounding=rounding)
    depots = (PROBLEM.depots[0], replace(PROBLEM.depots[1], place=PlanarPoint(*place)))
    assert roads_of(replace(PROBLEM, depots=depots, travel=travel))(0, 1) == leg


@pytest.mark.parametrize(
    ("leave", "plain", "takes"),
    [
        (7 * HOUR, 600, 600),
        (8 * HOUR, 600, 1200),
        (8 * HOUR - 240, 300, 240 + 120),
        (9 * HOUR - 60, 300, 60 + 270),
        (7 * HOUR, 3 * HOUR, 3 * HOUR + 1800),
        (8 * HOUR, 0, 0),
        (-10 * 24 * HOUR, 60, 60),
        (90 * 24 * HOUR, 60, 60),
        (-(10.0**11), 60, 60),
    ],
)
def test_a_leg_does_half_as_much_in_an_hour_of_factor_two(
    leave: float, plain: int, takes: int
) -> None:
    assert traffic_of(TUESDAY, slow(8))(plain, leave) == takes


def test_in_spring_the_hour_of_two_does_not_happen() -> None:
    drive_s = traffic_of(SPRING, slow(2))
    assert drive_s(4 * HOUR, 0) == 4 * HOUR
    # from 01:50, ten minutes to the change, then 03:00 to 04:00 at half pace
    assert traffic_of(SPRING, slow(3))(1200, 2 * HOUR - 600) == 600 + 1200


def test_in_autumn_the_hour_of_two_lasts_two_hours() -> None:
    drive_s = traffic_of(AUTUMN, slow(2))
    assert drive_s(HOUR, 2 * HOUR) == 2 * HOUR
    assert drive_s(HOUR + 60, 2 * HOUR) == 2 * HOUR + 60
    assert drive_s(60, 4 * HOUR) == 60  # 03:00 by the clock, four hours after midnight


def test_a_change_of_half_an_hour_moves_the_hours_by_half() -> None:
    """Lord Howe Island turns 02:00 into 02:30 on 2026-10-04."""
    drive_s = traffic_of(ServiceDay(date(2026, 10, 4), "Australia/Lord_Howe"), slow(3))
    assert drive_s(60, 2 * HOUR + 1800 - 60) == 60
    assert drive_s(60, 2 * HOUR + 1800) == 120
    assert drive_s(60, 3 * HOUR + 1800) == 60


@given(
    leave=st.integers(-HOUR, 60 * HOUR),
    wait=st.integers(0, 5 * HOUR),
    plain=st.integers(0, 9 * HOUR),
    day=st.sampled_from([TUESDAY, SPRING, AUTUMN]),
)
def test_leaving_later_never_arrives_earlier(
    leave: int, wait: int, plain: int, day: ServiceDay
) -> None:
    drive_s = traffic_of(day, slow(8, 3.7))
    assert leave + drive_s(plain, leave) <= leave + wait + drive_s(plain, leave + wait)


@given(
    start=st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
    end=st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
)
def test_distance_is_the_same_both_ways_and_never_over_half_the_earth(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    a, b = GeoPoint(*start), GeoPoint(*end)
    there = metres_between(a, b, "great_circle")
    assert there == pytest.approx(metres_between(b, a, "great_circle"), abs=1e-3)
    assert 0 <= there <= 2 * QUARTER_OF_THE_EARTH_M + 1

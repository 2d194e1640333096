from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from domain_samples import CITY, DEPOT, SAMPLES, SITE, TRUCK, UNDER_WAY, VISIT
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from optimiser.domain.base import repeated
from optimiser.domain.fleet import Depot
from optimiser.domain.places import GeoPoint, PlanarPoint
from optimiser.domain.problem import FARTHEST_KM, Problem, out_of_reach
from optimiser.domain.solution import Action
from optimiser.domain.travel import GreatCircle, Matrix, Planar

LOOSE = replace(VISIT, pinned_truck_id=None)
ON_PLANE = Planar(kind="manhattan", speed_kmh=60)


def a_problem(**changes: Any) -> Problem:
    return Problem(**{**SAMPLES[Problem], **changes})


def square(size: int) -> Matrix:
    rows = tuple(tuple(abs(i - j) for j in range(size)) for i in range(size))
    return Matrix(distance_m=rows, duration_s=rows)


@pytest.mark.parametrize(
    ("field", "thing"),
    [("depots", DEPOT), ("disposal_sites", SITE), ("trucks", TRUCK), ("visits", VISIT)],
)
def test_an_id_twice_within_a_kind_is_refused_and_named(field: str, thing: Any) -> None:
    with pytest.raises(ValidationError, match=f"{field}: id '{thing.id}' occurs 3 times"):
        a_problem(**{field: (thing,) * 3})


def test_the_same_id_in_two_kinds_is_no_clash() -> None:
    same = a_problem(disposal_sites=(replace(SITE, id="b-1"),))
    assert same.site_index["b-1"] == 1
    assert same.visit_index["b-1"] == 2


@pytest.mark.parametrize("field", ["start_depot_id", "end_depot_id"])
def test_a_truck_of_no_depot_is_refused_by_row_and_field(field: str) -> None:
    trucks = (TRUCK, replace(TRUCK, id="T2", **{field: "X"}))
    with pytest.raises(ValidationError, match=rf"trucks\[1\] 'T2': {field} 'X' is no depot"):
        a_problem(trucks=trucks)


@pytest.mark.parametrize("field", ["depots", "trucks"])
def test_a_problem_without_depots_or_trucks_is_refused(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        a_problem(**{field: ()})


def test_a_problem_without_visits_and_sites_is_a_problem() -> None:
    assert a_problem(visits=(), disposal_sites=()).places == (CITY,)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1969, 12, 31), date(9999, 12, 31)])
def test_a_date_beyond_what_clocks_can_count_is_refused(day: date) -> None:
    with pytest.raises(ValidationError, match="service_date"):
        a_problem(service_date=day)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        a_problem(timezone="Mars/Olympus")


@pytest.mark.parametrize("size", [0, 2, 4])
def test_a_matrix_of_another_size_is_refused_with_both_counts(size: int) -> None:
    with pytest.raises(ValidationError, match=f"the matrix has {size} rows for 3 places"):
        a_problem(travel=square(size))


def test_a_matrix_takes_places_of_any_kind() -> None:
    mixed = a_problem(visits=(replace(VISIT, place=PlanarPoint(1, 2)),), travel=square(3))
    assert mixed.places[2] == PlanarPoint(1, 2)


@pytest.mark.parametrize(
    ("travel", "needed"), [(ON_PLANE, "x_m and y_m"), (GreatCircle(), "lon and lat")]
)
def test_places_that_the_travel_cannot_measure_are_refused(travel: Any, needed: str) -> None:
    flat = replace(DEPOT, place=PlanarPoint(0, 0))
    with pytest.raises(ValidationError, match=f"needs {needed}"):
        a_problem(depots=(DEPOT, replace(flat, id="D2")), travel=travel)


def test_swapped_coordinates_are_refused_by_row_with_the_suspicion() -> None:
    swapped = replace(VISIT, id="b-2", place=GeoPoint(VISIT.place.lat, VISIT.place.lon))
    with pytest.raises(ValidationError) as refused:
        a_problem(visits=(VISIT, swapped))
    text = str(refused.value)
    assert "visits[1] 'b-2'" in text
    assert "lon 55.7, lat 12.55 is more than 500 km from every depot" in text
    assert "seem to be swapped" in text


def test_a_far_place_that_is_not_swapped_is_refused_without_the_suspicion() -> None:
    far = replace(SITE, place=GeoPoint(-0.1, 51.5))
    with pytest.raises(ValidationError, match=r"disposal_sites\[0\] 'S1'") as refused:
        a_problem(disposal_sites=(far,))
    assert "swapped" not in str(refused.value)


def test_one_near_depot_is_enough() -> None:
    aarhus_and_london = (DEPOT, Depot(id="D2", place=GeoPoint(-0.1, 51.5)))
    a_problem(depots=aarhus_and_london, disposal_sites=(replace(SITE, place=GeoPoint(0, 51)),))


@pytest.mark.parametrize("lon", [179.9, -179.9])
def test_the_date_line_is_no_distance(lon: float) -> None:
    assert out_of_reach(GeoPoint(lon, -17), [GeoPoint(-179.95, -17)]) is None


def test_a_place_is_out_of_reach_just_beyond_the_farthest_distance() -> None:
    degrees = FARTHEST_KM / 111.2
    assert out_of_reach(GeoPoint(0, degrees - 0.01), [GeoPoint(0, 0)]) is None
    assert out_of_reach(GeoPoint(0, degrees + 0.01), [GeoPoint(0, 0)]) is not None


def test_nothing_is_out_of_reach_of_no_depots() -> None:
    assert out_of_reach(CITY, []) is None


@given(lon=st.floats(8, 15), lat=st.floats(54.6, 57.7))
def test_any_danish_place_is_in_reach_and_swapped_never_is(lon: float, lat: float) -> None:
    copenhagen = [CITY]
    assert out_of_reach(GeoPoint(lon, lat), copenhagen) is None
    assert "swapped" in (out_of_reach(GeoPoint(lat, lon), copenhagen) or "")


def test_places_are_numbered_depots_then_sites_then_visits() -> None:
    problem = a_problem(
        depots=(DEPOT, replace(DEPOT, id="D2")),
        visits=(VISIT, replace(VISIT, id="b-2")),
    )
    assert problem.depot_index == {"D1": 0, "D2": 1}
    assert problem.site_index == {"S1": 2}
    assert problem.visit_index == {"b-1": 3, "b-2": 4}
    assert problem.places == (CITY, CITY, SITE.place, VISIT.place, VISIT.place)


def test_present_places_of_trucks_under_way_are_numbered_last() -> None:
    problem = a_problem(trucks=(TRUCK, replace(UNDER_WAY, id="T2")), visits=(LOOSE,))
    assert problem.places == (CITY, SITE.place, VISIT.place, UNDER_WAY.present.place)
    assert problem.present_index == {"T2": 3}
    assert [problem.start_row(truck) for truck in problem.trucks] == [0, 3]


def test_a_matrix_has_a_row_for_each_present_place() -> None:
    trucks = (UNDER_WAY,)
    assert a_problem(trucks=trucks, travel=square(4)).places[3] == UNDER_WAY.present.place
    with pytest.raises(ValidationError, match="present places"):
        a_problem(trucks=trucks, travel=square(3))


def test_a_present_place_out_of_reach_is_refused_by_its_truck() -> None:
    lost = replace(UNDER_WAY, present=replace(UNDER_WAY.present, place=GeoPoint(55.7, 12.6)))
    with pytest.raises(ValidationError, match=r"trucks\[0\] 'T1': present.*swapped"):
        a_problem(trucks=(lost,))


@pytest.mark.parametrize(
    ("first", "text"),
    [
        ((Action("visit", "b-9"),), r"trucks\[0\] 'T1': first\[0\]: there is no visit 'b-9'"),
        ((Action("visit", "b-1"), Action("unload", "X")), r"first\[1\]: there is no unload 'X'"),
        ((Action("visit", "b-1"),) * 2, "visit 'b-1' is already first on 'T1'"),
    ],
)
def test_first_actions_that_cannot_be_are_refused(first: tuple[Action, ...], text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        a_problem(trucks=(replace(TRUCK, first=first),))


def test_a_visit_is_first_on_one_truck_only() -> None:
    trucks = tuple(replace(TRUCK, id=each, first=(Action("visit", "b-1"),)) for each in ("T1", "U"))
    with pytest.raises(ValidationError, match=r"'U': first\[0\].*already first on 'T1'"):
        a_problem(trucks=trucks, visits=(LOOSE,))


def test_a_visit_pinned_to_one_truck_is_not_first_on_another() -> None:
    other = replace(TRUCK, id="U", first=(Action("visit", "b-1"),))
    with pytest.raises(ValidationError, match="visit 'b-1' is pinned to 'T1'"):
        a_problem(trucks=(TRUCK, other))


def test_a_visit_pinned_to_a_truck_that_is_none_is_refused() -> None:
    with pytest.raises(
        ValidationError, match=r"visits\[0\] 'b-1': pinned_truck_id 'X' is no truck"
    ):
        a_problem(visits=(replace(VISIT, pinned_truck_id="X"),))


def test_unloading_at_a_site_twice_may_be_first() -> None:
    twice = (Action("unload", "S1"), Action("visit", "b-1"), Action("unload", "S1"))
    assert a_problem(trucks=(replace(TRUCK, first=twice),)).trucks[0].first == twice


def test_things_are_found_by_id() -> None:
    problem = a_problem()
    assert problem.truck_by_id == {"T1": TRUCK}
    assert problem.visit_by_id == {"b-1": VISIT}
    assert problem.site_by_id == {"S1": SITE}
    assert problem.depot_by_id == {"D1": DEPOT}


def test_a_problem_has_its_day() -> None:
    day = a_problem(service_date=date(2026, 3, 29)).day
    assert (day.service_date, day.timezone) == (date(2026, 3, 29), "Europe/Copenhagen")
    assert day.seconds("06:00") == 5 * 3600


def test_an_error_in_a_file_names_the_field_and_the_row() -> None:
    raw = TypeAdapter(Problem).dump_python(a_problem(), mode="json")
    raw["visits"][0]["mass_kg"] = -1
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Problem).validate_python(raw)
    assert [error["loc"] for error in refused.value.errors()] == [("visits", 0, "mass_kg")]


def test_travel_is_chosen_by_its_kind() -> None:
    raw = TypeAdapter(Problem).dump_python(a_problem(), mode="json")
    raw["travel"] = {"kind": "teleport"}
    with pytest.raises(ValidationError, match="teleport"):
        TypeAdapter(Problem).validate_python(raw)


@given(values=st.lists(st.integers(0, 20)))
def test_repeated_finds_a_value_just_if_one_occurs_twice(values: list[int]) -> None:
    found = repeated(values)
    if len(set(values)) == len(values):
        assert found is None
    else:
        assert values.count(found) > 1

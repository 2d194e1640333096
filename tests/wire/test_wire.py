import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from optimiser.domain.solution import Solution
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from optimiser.wire import (
    InvalidDocument,
    plan_schema,
    problem_schema,
    read_plan,
    read_problem,
    to_json,
)
from tiny import a_problem, a_visit, order

INSTANCES = sorted((Path(__file__).parents[2] / "fixtures" / "instances").glob("*.json"))


@pytest.mark.parametrize("path", INSTANCES, ids=lambda path: path.stem)
def test_a_problem_survives_writing_and_reading(path: Path) -> None:
    problem = read_problem(path.read_bytes())
    assert read_problem(json.dumps(to_json(problem)).encode()) == problem


def test_a_plan_survives_writing_and_reading_and_fits_its_schema() -> None:
    problem = a_problem(a_visit("A", 2))
    plan = build_plan(problem, travel_matrix(problem), order("A", "S"))
    document = to_json(plan, problem.day.zone)
    assert read_plan(json.dumps(document).encode()) == plan
    Draft202012Validator(plan_schema()).validate(document)
    assert document["routes"][0]["steps"][0]["departure"] == "2026-11-24T06:00:00+01:00"


def test_a_plan_of_a_truck_under_way_survives_writing_and_reading_and_fits_its_schema() -> None:
    (path,) = (each for each in INSTANCES if each.stem == "under_way")
    problem = read_problem(path.read_bytes())
    plan = build_plan(problem, travel_matrix(problem), Solution())
    document = to_json(plan, problem.day.zone)
    assert read_plan(json.dumps(document).encode()) == plan
    Draft202012Validator(plan_schema()).validate(document)
    start, *_ = document["routes"][0]["steps"]
    assert (start["ref"], start["departure"]) == ("", "2026-11-24T09:30:00+01:00")
    assert [step["kind"] for step in document["routes"][0]["steps"]].count("break") == 1
    assert verify(problem, plan) == ()


@pytest.mark.parametrize("path", INSTANCES, ids=lambda path: path.stem)
def test_the_example_problems_fit_the_published_schema(path: Path) -> None:
    Draft202012Validator(problem_schema()).validate(json.loads(path.read_bytes()))


GOOD = to_json(a_problem(a_visit("A", 2)))


def changed(path: str, value: object) -> bytes:
    document = json.loads(json.dumps(GOOD))
    *parents, last = path.split(".")
    target = document
    for part in parents:
        target = target[int(part) if part.isdigit() else part]
    target[last] = value
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("path", "value", "field", "message"),
    [
        ("visits.0.colour", "red", "visits[0].colour", "No such field"),
        ("visits.0.mass_kg", -1, "visits[0].mass_kg", "greater than or equal to 0"),
        ("visits.0.unload_by", "noon", "visits[0].unload_by", "HH:MM"),
        ("visits.0.pinned_truck_id", "X", "", "'X' is no truck"),
        ("trucks.0.driving_rule", {"most_s": 0}, "trucks[0].driving_rule.most_s", "greater than 0"),
        ("trucks.0.first", [{"kind": "visit", "ref": "X"}], "", "there is no visit 'X'"),
        ("trucks.0.present", {"at": "09:00"}, "trucks[0].present.place", "required"),
        ("visits.0.mass_kg", float("inf"), "visits[0].mass_kg", "finite"),
        ("visits.0.mass_kg", float("nan"), "visits[0].mass_kg", "finite"),
        ("visits.0.mass_kg", "100", "visits[0].mass_kg", "valid number"),
        ("visits.0.service_s", True, "visits[0].service_s", "valid integer"),
        ("visits.0.id", "a b", "visits[0].id", "Letters, digits and"),
        ("visits.0.name", "a\nb", "visits[0].name", "No line breaks"),
        ("visits.0.fraction", "Glass", "visits[0].fraction", "Small letters"),
        ("trucks.0.shift.starts", "6:30", "trucks[0].shift.starts", "HH:MM"),
        ("visits.0.hours", [{"opens": "12:00", "closes": "11:00"}], "visits[0].hours[0]", "before"),
        ("trucks.0.start_depot_id", "X", "", "start_depot_id 'X' is no depot"),
        ("trucks", [], "trucks", "At least 1 wanted, 0 given"),
        ("depots.0.place", {"lon": 12, "lat": 55}, "", "needs x_m and y_m"),
        ("visits", [GOOD["visits"][0]] * 2, "", "id 'A' occurs 2 times"),
        ("timezone", "Mars/Olympus", "timezone", "IANA"),
        ("service_date", "2026-02-30", "service_date", "date"),
        ("depots.0.place", {"lon": 200, "lat": 0}, "depots[0].place.lon", "less than or equal"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_wrong(
    path: str, value: object, field: str, message: str
) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_problem(changed(path, value))
    assert any(each.field == field and message in each.message for each in caught.value.problems)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_problem_at_all_is_refused_with_words(raw: bytes) -> None:
    with pytest.raises(InvalidDocument):
        read_problem(raw)


def test_swapped_coordinates_are_guessed() -> None:
    raw = INSTANCES[0].read_bytes()
    document = json.loads(raw)
    place = document["visits"][0]["place"]
    place["lon"], place["lat"] = place["lat"], place["lon"]
    with pytest.raises(InvalidDocument, match="seem to be swapped"):
        read_problem(json.dumps(document).encode())


def test_a_list_whose_items_are_all_wrong_is_not_called_too_short() -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_problem(changed("trucks.0.id", "a b"))
    assert [each.field for each in caught.value.problems] == ["trucks[0].id"]


@pytest.mark.parametrize("read", [read_problem, read_plan])
def test_a_key_that_is_there_twice_is_named_not_guessed_at(
    read: Callable[[bytes], object],
) -> None:
    with pytest.raises(InvalidDocument, match="'service_date' occurs twice"):
        read(b'{"service_date": "2026-11-24", "service_date": "2026-11-25"}')

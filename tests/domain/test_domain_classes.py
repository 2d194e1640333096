"""What every domain class refuses, and that each comes back from JSON as it went."""

import importlib
import json
import pkgutil
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from datetime import UTC
from enum import Enum
from math import inf, nan
from typing import Any

import pytest
from domain_refusals import REFUSED
from domain_samples import CITY, HOLD, NOON, RESIDUAL, RICH, SAMPLES, SHIFT, TRUCK, UNDER_WAY
from pydantic import TypeAdapter, ValidationError

import optimiser.domain
from optimiser.domain.bins import Bin
from optimiser.domain.fleet import (
    BreakRule,
    Compartment,
    DailyLimits,
    Depot,
    DrivingRule,
    Energy,
    OnBoard,
    Present,
    Shift,
    Truck,
)
from optimiser.domain.places import GeoPoint, PlanarPoint
from optimiser.domain.plan import Left, Load, Route, Saving
from optimiser.domain.problem import Visit
from optimiser.domain.readings import Reading
from optimiser.domain.travel import Matrix

GLASS = Compartment(fractions=frozenset({"glass", "metal"}))

by_class = pytest.mark.parametrize("cls", SAMPLES, ids=lambda cls: cls.__name__)


def test_every_domain_class_has_a_sample() -> None:
    found = set()
    for info in pkgutil.iter_modules(optimiser.domain.__path__):
        module = importlib.import_module(f"optimiser.domain.{info.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and thing.__module__ == module.__name__:
                found.add(thing)
    assert {cls for cls in found if is_dataclass(cls)} == set(SAMPLES)
    assert all(is_dataclass(cls) or issubclass(cls, Enum) for cls in found)


@by_class
def test_a_class_is_frozen_and_equal_by_its_values(cls: type) -> None:
    one, other = cls(**SAMPLES[cls]), cls(**SAMPLES[cls])
    assert one == other
    assert hash(one) == hash(other)
    name = fields(cls)[0].name
    with pytest.raises(FrozenInstanceError):
        setattr(one, name, getattr(other, name))


@by_class
def test_a_field_that_a_class_does_not_have_is_refused(cls: type) -> None:
    with pytest.raises((ValidationError, TypeError)):
        cls(**SAMPLES[cls], colour="green")
    written = json.loads(TypeAdapter(cls).dump_json(cls(**SAMPLES[cls])))
    with pytest.raises(ValidationError, match="colour"):
        TypeAdapter(cls).validate_json(json.dumps({**written, "colour": "green"}))


@pytest.mark.parametrize("value", RICH, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_from_json_as_it_went(value: Any) -> None:
    adapter = TypeAdapter(type(value))
    assert adapter.validate_json(adapter.dump_json(value)) == value


def numbers(cls: type) -> list[str]:
    """Fields of a sample that hold a bare number."""
    sample = cls(**SAMPLES[cls])
    return [
        field.name
        for field in fields(cls)
        if isinstance(getattr(sample, field.name), int | float)
        and not isinstance(getattr(sample, field.name), bool | Enum)
    ]


NUMBERS = [(cls, name) for cls in SAMPLES for name in numbers(cls)]
MAY_BE_NEGATIVE = {"lon", "lat", "x_m", "y_m", "step", "seed", "solve_s"}
AMOUNTS = {Load, Route, Left, Saving, *(cls for cls in SAMPLES if cls.__name__.endswith("Cost"))}


@pytest.mark.parametrize(
    ("cls", "name"), NUMBERS, ids=[f"{cls.__name__}.{name}" for cls, name in NUMBERS]
)
@pytest.mark.parametrize("value", [nan, inf, -inf, "NaN", "many", [1]], ids=repr)
def test_what_is_no_finite_number_is_refused(cls: type, name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=name):
        cls(**{**SAMPLES[cls], name: value})


@pytest.mark.parametrize(
    ("cls", "name"), NUMBERS, ids=[f"{cls.__name__}.{name}" for cls, name in NUMBERS]
)
def test_quantities_have_bounds_on_both_sides(cls: type, name: str) -> None:
    sample = {**SAMPLES[cls]}
    if name not in {"seed", "solve_s", "step"}:
        with pytest.raises(ValidationError, match=name):
            cls(**{**sample, name: 10**19})
    if name not in MAY_BE_NEGATIVE and not (cls in AMOUNTS or cls.__name__ == "Totals"):
        with pytest.raises(ValidationError, match=name):
            cls(**{**sample, name: -1})


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        (cls, name)
        for cls, name in NUMBERS
        if name.endswith(("_s", "distance_m", "stops", "lifts", "containers", "sequence"))
        and name != "solve_s"
    ],
    ids=lambda each: each.__name__ if isinstance(each, type) else each,
)
def test_seconds_metres_and_counts_are_whole(cls: type, name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        cls(**{**SAMPLES[cls], name: 1.5})


@pytest.mark.parametrize(
    ("cls", "name", "value"),
    REFUSED,
    ids=[f"{cls.__name__}.{name}={value!r:.40}" for cls, name, value in REFUSED],
)
def test_a_wrong_value_is_refused(cls: type, name: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        cls(**{**SAMPLES[cls], name: value})


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Shift(starts="22:00", ends="06:00"), "as in 22:00 to 30:00"),
        (
            lambda: BreakRule(duration_s=1, earliest="12:00", latest="11:00"),
            "latest 11:00 is before earliest 12:00",
        ),
        (
            lambda: Energy(per_km_empty=1, per_km_full=0.9),
            "per_km_full 0.9 is below per_km_empty 1",
        ),
        (
            lambda: Truck(**{**SAMPLES[Truck], "compartments": (HOLD, HOLD)}),
            "'residual' is in two compartments",
        ),
        (
            lambda: replace(UNDER_WAY, compartments=(HOLD, GLASS)),
            "present.load has 1 entries for 2 compartments",
        ),
        (lambda: Matrix(distance_m=((0,),), duration_s=()), "duration_s has 0 rows"),
        (
            lambda: Matrix(distance_m=((0, 1), (0,)), duration_s=((0, 1), (1, 0))),
            "distance_m row 1 has 1 columns, not 2",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_and_how_it_should_be(make: Any, text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        make()


@pytest.mark.parametrize(
    ("cls", "changes"),
    [
        (Bin, {"volume_l": 1, "containers": 1000, "service_s": 0, "overflow_cost_eur": 0}),
        (Compartment, {"capacity_kg": 0, "capacity_l": None, "compaction": 1}),
        (Shift, {"starts": "22:00", "ends": "30:00"}),
        (BreakRule, {"duration_s": 0, "earliest": "12:00", "latest": "12:00"}),
        (DrivingRule, {"most_s": 1, "rest_s": 0}),
        (OnBoard, {"mass_kg": 1e6, "volume_l": 1e7}),
        (Present, {"at": "47:59:59", "driven_s": 7 * 86_400}),
        (DailyLimits, {"stops": 0, "distance_m": None, "mass_kg": 0}),
        (Energy, {"per_km_empty": 0, "per_km_full": 0, "range_m": None}),
        (Reading, {"fill": 1.5}),
        (GeoPoint, {"lon": -180, "lat": 90}),
        (Matrix, {"distance_m": (), "duration_s": ()}),
    ],
)
def test_values_on_the_bound_are_taken(cls: type, changes: dict[str, Any]) -> None:
    made = cls(**{**SAMPLES[cls], **changes})
    assert all(getattr(made, name) == value for name, value in changes.items())


def test_whole_numbers_are_taken_where_reals_are_asked_for() -> None:
    mass = Visit(**{**SAMPLES[Visit], "mass_kg": 66}).mass_kg
    assert (mass, type(mass)) == (66.0, float)


def test_instants_of_any_offset_become_utc() -> None:
    adapter = TypeAdapter(Reading)
    written = {**json.loads(adapter.dump_json(Reading(**SAMPLES[Reading])))}
    read = adapter.validate_json(json.dumps({**written, "time": "2026-11-24T12:00:00+01:00"}))
    assert read.time == NOON
    assert read.time.tzinfo is UTC


def test_a_place_is_a_point_on_the_globe_or_on_a_plane_by_its_fields() -> None:
    adapter = TypeAdapter(Depot)
    assert adapter.validate_python({"id": "D", "place": {"lon": 1, "lat": 2}}).place == GeoPoint(
        1, 2
    )
    assert adapter.validate_python({"id": "D", "place": {"x_m": 1, "y_m": 2}}).place == PlanarPoint(
        1, 2
    )
    assert Depot(id="D", place=CITY).place is CITY


def test_a_truck_knows_which_compartment_takes_a_fraction() -> None:
    truck = Truck(
        id="T",
        start_depot_id="D",
        end_depot_id="D",
        compartments=(HOLD, GLASS),
        shift=SHIFT,
    )
    assert HOLD.fractions == RESIDUAL
    assert [truck.compartment_of(each) for each in ("residual", "metal", "food")] == [0, 1, None]
    assert TRUCK.compartment_of("glass") is None


def test_json_has_no_place_for_nan_even_spelled_out() -> None:
    with pytest.raises(ValidationError, match="finite"):
        TypeAdapter(GeoPoint).validate_json('{"lon": NaN, "lat": 55.0}')
    with pytest.raises(ValidationError, match="finite"):
        TypeAdapter(GeoPoint).validate_json('{"lon": 12.0, "lat": Infinity}')

"""What it takes to send trucks out, from a fleet."""

from collections.abc import Sequence
from dataclasses import replace

from choice_scene import a_bin

from fixtures.fleet import depots, disposal_sites, trucks
from optimiser.domain.bins import Bin
from optimiser.domain.fleet import Truck
from optimiser.domain.problem import Rates
from optimiser.domain.travel import GreatCircle
from optimiser.selection import Trip, trips_of

FLEET = trucks()


def trips(bins: Sequence[Bin] | None = None, fleet: Sequence[Truck] = FLEET) -> tuple[Trip, ...]:
    served = bins or [a_bin("b"), replace(a_bin("c"), fraction="residual")]
    return trips_of(fleet, depots(), disposal_sites(), served, rates=Rates(), travel=GreatCircle())


def test_trucks_of_a_kind_make_one_trip() -> None:
    found = trips()
    assert len(found) == 3
    assert {each.fractions for each in found} == {
        frozenset({"residual"}),
        frozenset({"paper", "glass"}),
    }


def test_a_trip_costs_at_least_the_truck_and_makes_a_day_of_stops() -> None:
    for each in trips():
        assert 110 < each.start_eur < 400
        assert 2 < each.km_eur < 6
        assert 20 < each.stops < 200


def test_trucks_that_serve_none_of_the_bins_make_no_trip() -> None:
    assert len(trips([a_bin("b")])) == 1


def test_a_trip_is_made_on_the_days_of_its_trucks() -> None:
    fleet = [replace(each, shift=replace(each.shift, days=frozenset({"tue"}))) for each in FLEET]
    assert {each.days for each in trips(fleet=fleet)} == {frozenset({"tue"})}


def test_the_farther_the_bins_the_dearer_the_trip() -> None:
    near, far = (trips([a_bin("b", lat=lat)])[0].start_eur for lat in (55.68, 55.9))
    assert far > near


def test_a_truck_that_is_full_sooner_makes_fewer_stops() -> None:
    holds = FLEET[-1].compartments
    small = tuple(replace(each, capacity_l=(each.capacity_l or 0) / 4) for each in holds)
    bins = [a_bin("p"), replace(a_bin("g"), fraction="glass")]
    (full_size,) = trips(bins, FLEET[-1:])
    (quarter,) = trips(bins, [replace(FLEET[-1], compartments=small)])

    assert 1 <= quarter.stops < full_size.stops
    assert quarter.start_eur == full_size.start_eur

"""Bins share a truck's day: when it goes, and what a bin left then costs."""

from dataclasses import replace

import numpy as np
from choice_scene import TRUCK, WEEK, a_bin, a_state
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.domain.problem import Visit
from optimiser.forecast.ahead import ahead
from optimiser.selection import SelectionParams, Trip, choose
from optimiser.selection.ahead import after_emptying, growth, left_alone, noons
from optimiser.selection.stops import make_map


def chosen(levels: dict[str, float], trip: Trip = TRUCK) -> dict[str, Visit]:
    bins = [a_bin(each, lon=12.5 + index / 200) for index, each in enumerate(levels)]
    states = [a_state(*each) for each in levels.items()]
    params = SelectionParams(trips=(trip,))
    return {each.id: each for each in choose(bins, states, days=WEEK, params=params)}


def test_beside_bins_emptied_today_a_bin_due_tomorrow_is_better_taken_too() -> None:
    due = 0.7
    beside_full = chosen({"due": due, "full": 1.2})["due"]
    with_others = chosen({"due": due, **{f"o{each}": due for each in range(12)}})["due"]
    assert not beside_full.required
    assert beside_full.prize_eur > with_others.prize_eur + 20


def test_where_no_truck_goes_for_days_leaving_a_bin_costs_more() -> None:
    daily = chosen({"b": 0.7})["b"]
    on_fridays = chosen({"b": 0.7}, replace(TRUCK, days=frozenset({"mon", "fri"})))["b"]
    assert on_fridays.prize_eur > daily.prize_eur
    assert on_fridays.evidence is not None
    assert on_fridays.evidence.left_until is not None
    assert on_fridays.evidence.left_until.weekday() == 4


def test_a_truck_does_not_go_out_for_one_bin_that_can_wait() -> None:
    visits = chosen({"b": 0.5, "c": 0.4})
    assert sum(each.prize_eur for each in visits.values()) < TRUCK.start_eur


def test_a_bin_that_only_a_dear_truck_serves_does_not_count_on_what_a_cheaper_one_empties() -> None:
    cheap = replace(TRUCK, fractions=frozenset({"residual"}), start_eur=100)
    dear = replace(TRUCK, fractions=frozenset({"residual"}), abilities=frozenset({"crane"}))
    crane = replace(a_bin("crane"), fraction="residual", access=frozenset({"crane"}))
    plain = replace(a_bin("plain"), fraction="residual")
    found = []
    for level in (0.1, 1.2):
        states = [a_state("crane", 0.8), a_state("plain", level)]
        params = SelectionParams(trips=(dear, cheap))
        found.append(choose([crane, plain], states, days=WEEK, params=params))
    (quiet, _), (beside_full, full) = found

    assert full.required
    assert beside_full.prize_eur == quiet.prize_eur


def test_a_stop_saved_that_weighs_more_raises_the_prize() -> None:
    bins, states = [replace(a_bin("b"), service_s=300)], [a_state("b", 0.7)]
    prizes = [
        choose(bins, states, days=WEEK, params=SelectionParams(visit_weight=weight))[0].prize_eur
        for weight in (0.0, 0.5, 1.0)
    ]

    assert 0 <= prizes[0] < prizes[1] < prizes[2]


def test_a_stop_among_many_that_are_due_adds_less_way() -> None:
    places = make_map([a_bin(str(each), lon=12.5 + each / 1000) for each in range(40)])
    few, many = np.zeros(40), np.ones(40)
    assert (places.way_km(many) < places.way_km(few)).all()


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1.4), st.floats(0.01, 1.0))
def test_more_days_until_the_next_chance_never_lower_the_overflow(
    level: float, rate: float
) -> None:
    time = noons(WEEK)
    states = [a_state("b", level, rate)]
    grown = growth(ahead(states), np.array([0.005]), time.time_s)
    left = left_alone(grown, time.visits)
    assert (np.diff(left, axis=1) >= 0).all()
    assert left[0, 0] == 0
    again = after_emptying(grown, time.visits, 0)
    assert (np.diff(again, axis=1) >= -1e-9).all()
    if level > 0.1:
        assert (again <= left + 1e-9).all()


def test_where_more_bins_are_due_than_a_truck_empties_each_left_needs_only_its_share() -> None:
    levels = {f"b{each}": 0.8 for each in range(12)}
    roomy, small = (chosen(levels, replace(TRUCK, stops=stops)) for stops in (50, 8))

    assert all(each.prize_eur > TRUCK.start_eur for each in roomy.values())
    assert all(each.prize_eur < TRUCK.start_eur / 4 for each in small.values())
    assert sum(each.prize_eur for each in small.values()) > TRUCK.start_eur

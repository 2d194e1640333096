"""The policies that ours is measured against."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from choice_scene import MONDAY, WEEK, a_bin, a_state
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.domain.calendar import WEEKDAYS, ServiceDay
from optimiser.selection import Fixed, SelectionParams, threshold
from optimiser.selection.fixed import day_number, schedule, spread


def test_a_threshold_empties_from_its_level_on_and_nothing_else() -> None:
    bins = [a_bin("low"), a_bin("high")]
    states = [a_state("low", 0.5), a_state("high", 0.8)]
    visits = threshold(bins, states, days=WEEK, params=SelectionParams(threshold=0.7))
    assert [(each.required, each.prize_eur) for each in visits] == [(False, 0.0), (True, 0.0)]


def test_a_fixed_schedule_empties_each_bin_every_so_many_days() -> None:
    rates = {"b1": 0.099, "b2": 0.21, "b3": 0.7}
    bins, states = [a_bin(each) for each in rates], [a_state(b, 0.5, r) for b, r in rates.items()]
    policy, emptied = Fixed(), Counter[str]()
    for number in range(60):
        days = [
            ServiceDay(MONDAY + timedelta(days=number + k), "Europe/Copenhagen")
            for k in (0, 1, 2, 3, 4, 5, 6)
        ]
        visits = policy(bins, states, days=days, params=SelectionParams(fixed_fill=0.6))
        emptied.update(each.id for each in visits if each.required)
    assert emptied == {"b1": 10, "b2": 30, "b3": 60}


def test_a_bin_left_out_is_due_on_the_next_day() -> None:
    bins = [a_bin(f"b{each}", lon=12.5 + each / 100) for each in range(4)]
    long_ago = datetime(2026, 6, 1, tzinfo=UTC)
    states = [replace(a_state(each.id, 0.5, 0.15), last_emptied_at=long_ago) for each in bins]
    visits = Fixed()(bins, states, days=WEEK, params=SelectionParams(fixed_fill=0.6))
    assert all(each.required for each in visits)


def test_rounds_of_one_interval_have_equal_work() -> None:
    bins = [
        a_bin(f"b{each}", lon=12.5 + each % 10 / 100, lat=55.6 + each / 900) for each in range(90)
    ]
    turns = schedule(bins, [0.1] * 90, fill=0.65, days_a_week=7)
    assert Counter(each.rest for each in turns.values()) == dict.fromkeys(range(6), 15)


@pytest.mark.parametrize(("parts", "order"), [(1, [0]), (2, [0, 1]), (4, [0, 2, 1, 3])])
def test_parts_of_the_city_are_driven_by_halves(parts: int, order: list[int]) -> None:
    assert spread(parts) == order


@settings(max_examples=30, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sets(st.sampled_from(WEEKDAYS), min_size=1))
def test_days_of_service_are_numbered_without_gaps(first: date, served: set[str]) -> None:
    names = frozenset(each for each in WEEKDAYS if each in served)
    days = [first + timedelta(days=each) for each in range(21)]
    numbers = [day_number(each, names) for each in days if WEEKDAYS[each.weekday()] in names]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))

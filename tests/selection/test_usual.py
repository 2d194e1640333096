"""The round that a fixed schedule would have driven on a day."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from choice_scene import MONDAY, WEEK, a_bin, a_state

from optimiser.domain.calendar import ServiceDay
from optimiser.selection import SelectionParams, fixed_round

RATES = {"b1": 0.099, "b2": 0.21, "b3": 0.7}
BINS = [a_bin(each) for each in RATES]
STATES = [a_state(name, 0.5, rate) for name, rate in RATES.items()]
PARAMS = SelectionParams(fixed_fill=0.6)


def test_each_bin_has_its_turn_every_so_many_days_and_no_other_bin_is_there() -> None:
    emptied = Counter[str]()
    for number in range(60):
        first = MONDAY + timedelta(days=number)
        days = [ServiceDay(first + timedelta(days=k), "Europe/Copenhagen") for k in range(8)]
        visits = fixed_round(BINS, STATES, days=days, params=PARAMS)
        assert all(each.required for each in visits)
        emptied.update(each.id for each in visits)
    assert emptied == {"b1": 10, "b2": 30, "b3": 60}


@pytest.mark.parametrize("level", [0.0, 1.3])
def test_a_bin_holds_what_falls_in_between_two_rounds_whatever_lies_in_it_now(level: float) -> None:
    (visit,) = fixed_round(BINS[2:], [a_state("b3", level, 0.7)], days=WEEK, params=PARAMS)
    assert visit.volume_l == pytest.approx(0.7 * BINS[2].volume_l)


def test_weekends_off_lie_between_two_rounds_too() -> None:
    days = [each for each in WEEK if each.weekday not in ("sat", "sun")]
    (visit,) = fixed_round(BINS[2:], STATES[2:], days=days, params=PARAMS)
    assert visit.volume_l == pytest.approx(0.7 * 7 / 5 * BINS[2].volume_l)


def test_a_bin_that_another_policy_left_is_not_overdue_here() -> None:
    long_ago = datetime(2026, 5, 1, tzinfo=UTC)
    left = [replace(each, last_emptied_at=long_ago) for each in STATES]
    expected = fixed_round(BINS, STATES, days=WEEK, params=PARAMS)
    assert [each.id for each in fixed_round(BINS, left, days=WEEK, params=PARAMS)] == [
        each.id for each in expected
    ]

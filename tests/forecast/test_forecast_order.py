"""Readings in any order and repeated give one state, bit for bit."""

import numpy as np
import pytest
from forecast_world import ZONE, at, bin_of, emptying, reading
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.domain.readings import Emptying, Quality, Reading
from optimiser.forecast import (
    FillState,
    ReadingArrays,
    fill_states,
    fill_states_from_arrays,
    reading_arrays,
)
from optimiser.forecast.arrays import MOST_READINGS

BINS = [bin_of("a"), bin_of("b"), bin_of("c", fraction="glass")]

READINGS = st.lists(
    st.builds(
        reading,
        days=st.integers(0, 40).map(lambda quarter: quarter / 4),
        fill=st.floats(0, 1.5),
        bin_id=st.sampled_from(["a", "b", "c", "unknown"]),
        quality=st.sampled_from(Quality),
        sequence=st.integers(0, 2),
    ),
    max_size=40,
)
EMPTYINGS = st.lists(
    st.builds(
        emptying,
        days=st.integers(0, 40).map(lambda quarter: quarter / 4),
        bin_id=st.sampled_from(["a", "b", "c", "unknown"]),
    ),
    max_size=5,
)


def states(readings: list[Reading], emptyings: list[Emptying]) -> tuple[FillState, ...]:
    return fill_states(BINS, readings, emptyings, until=at(9), zone=ZONE)


@settings(max_examples=60, deadline=None)
@given(READINGS, EMPTYINGS, st.data())
def test_any_order_and_any_repetition_give_one_state(
    readings: list[Reading], emptyings: list[Emptying], data: st.DataObject
) -> None:
    more = data.draw(st.lists(st.sampled_from(readings), max_size=10)) if readings else []
    shuffled = data.draw(st.permutations([*readings, *more]))
    told_again = data.draw(st.permutations([*emptyings, *emptyings]))
    assert states(list(shuffled), list(told_again)) == states(readings, emptyings)


@settings(max_examples=40, deadline=None)
@given(READINGS)
def test_readings_of_one_bin_never_tell_of_a_bin_of_another_fraction(
    readings: list[Reading],
) -> None:
    others = [each for each in readings if each.bin_id != "c"]
    assert states(others, [])[2] == states([], [])[2]


def test_one_reading_told_with_two_values_counts_once_whichever_comes_first() -> None:
    pair = [reading(1, 0.2, bin_id="a"), reading(1, 0.6, bin_id="a")]
    assert states(pair, []) == states(pair[::-1], [])
    assert states(pair, [])[0].readings == 1


def test_two_sensors_on_one_bin_both_count() -> None:
    other = Reading(sensor_id="second", bin_id="a", time=at(1), fill=0.3)
    assert states([reading(1, 0.3, bin_id="a"), other], [])[0].readings == 2


def test_two_sensors_at_one_instant_give_one_state_in_either_order() -> None:
    pair = [
        Reading(sensor_id=name, bin_id="a", time=at(1), fill=fill)
        for name, fill in (("one", 0.3), ("two", 0.5))
    ]
    assert states(pair, []) == states(pair[::-1], [])


def test_arrays_give_the_same_as_objects() -> None:
    readings = [reading(i / 4, 0.1 + i / 40, bin_id=name) for i in range(20) for name in "abc"]
    table = reading_arrays(BINS, readings)
    by_arrays = fill_states_from_arrays(BINS, table, [], until=at(9), zone=ZONE)
    assert by_arrays == states(readings, [])


@pytest.mark.parametrize("fill", [np.nan, np.inf, -np.inf, -0.1, 1.51, 30.0])
def test_arrays_with_impossible_fills_are_as_if_those_were_not_there(fill: float) -> None:
    table = reading_arrays(BINS, [reading(i / 4, 0.1 + i / 40, bin_id="a") for i in range(20)])
    worse = ReadingArrays(
        bin_index=np.append(table.bin_index, [0, -1, 99]),
        time_s=np.append(table.time_s, table.time_s[-3:] + 60),
        fill=np.append(table.fill, [fill, 0.5, 0.5]),
        quality=np.append(table.quality, [0, 0, 0]),
        sensor=np.append(table.sensor, [0, 0, 0]),
        sequence=np.append(table.sequence, [0, 0, 0]),
    )
    given_both = [
        fill_states_from_arrays(BINS, each, [], until=at(9), zone=ZONE) for each in (table, worse)
    ]
    assert given_both[0] == given_both[1]


def test_impossible_times_in_arrays_are_left_out() -> None:
    table = reading_arrays(BINS, [reading(1, 0.3, bin_id="a") for _ in range(3)])
    times = np.array([np.nan, np.inf, -np.inf])
    odd = ReadingArrays(table.bin_index, times, *[table.fill, table.quality], *[table.sensor] * 2)
    assert fill_states_from_arrays(BINS, odd, [], until=at(9), zone=ZONE) == states([], [])


def test_arrays_of_different_length_are_refused() -> None:
    five, six = np.zeros(5, dtype=np.int64), np.zeros(6)
    with pytest.raises(ValueError, match="one shape"):
        ReadingArrays(five, six, six, five, five, five)


def test_of_a_talkative_sensor_the_newest_readings_count() -> None:
    count = MOST_READINGS + 500
    table = ReadingArrays(
        bin_index=np.zeros(count, dtype=np.int64),
        time_s=at(8).timestamp() - np.arange(count) * 60.0,
        fill=np.linspace(0.7, 0.2, count),
        quality=np.zeros(count, dtype=np.int64),
        sensor=np.zeros(count, dtype=np.int64),
        sequence=np.zeros(count, dtype=np.int64),
    )
    state = fill_states_from_arrays(BINS, table, [], until=at(8), zone=ZONE)[0]
    assert state.readings == MOST_READINGS
    assert state.level == pytest.approx(0.7, abs=0.05)

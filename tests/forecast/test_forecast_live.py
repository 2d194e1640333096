"""States kept up to date in batches are those of a replay, to the last bit."""

import numpy as np
import pytest
from forecast_world import START, ZONE, PoissonCity, at, bin_of, emptying, reading, rising
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.domain.readings import Emptying, Quality, Reading
from optimiser.forecast import (
    FillState,
    LiveStates,
    ReadingArrays,
    fill_states,
    fill_states_from_arrays,
    history,
    pools_of,
    reading_arrays,
)
from optimiser.forecast.recent import DEPTH

BINS = [bin_of("a"), bin_of("b"), bin_of("c", fraction="glass")]
SENSORS = ("s-a", "s-b", "s-c", "spare")


@st.composite
def an_event(draw: st.DrawFn) -> Reading | Emptying:
    bin_id = draw(st.sampled_from(["a", "b", "c"]))
    days = draw(st.integers(0, 160)) / 8
    if draw(st.integers(0, 9)) == 0:
        return emptying(days, bin_id=bin_id)
    return Reading(
        sensor_id=draw(st.sampled_from([f"s-{bin_id}", f"s-{bin_id}", "spare"])),
        bin_id=bin_id,
        time=at(days),
        fill=draw(st.one_of(st.sampled_from([0.0, 0.2, 0.5, 1.0]), st.floats(0, 1.5))),
        sequence=draw(st.integers(0, 1)),
        quality=draw(st.sampled_from(Quality)),
    )


def arrays(events: list[Reading | Emptying]) -> ReadingArrays:
    """With the same numbers for sensors in every batch."""
    readings = [each for each in events if isinstance(each, Reading)]
    table = reading_arrays(BINS, readings)
    sensor = np.array([SENSORS.index(each.sensor_id) for each in readings], dtype=np.int64)
    return ReadingArrays(
        table.bin_index, table.time_s, table.fill, table.quality, sensor, table.sequence
    )


def told(events: list[Reading | Emptying]) -> list[Emptying]:
    return [each for each in events if isinstance(each, Emptying)]


def replayed(events: list[Reading | Emptying], until: float) -> tuple[FillState, ...]:
    return fill_states_from_arrays(
        BINS, arrays(events), told(events), until=at(until), zone=ZONE, pools={}
    )


def kept_up(batches: list[list[Reading | Emptying]], until: float) -> LiveStates:
    live = LiveStates(BINS, {}, since=START, zone=ZONE)
    so_far: list[Reading | Emptying] = []
    for batch in batches:
        so_far += batch
        behind = live.update(arrays(batch), told(batch), until=at(until)).behind
        if len(behind):
            live.relearn(behind, arrays(so_far), told(so_far), until=at(until))
    return live


@settings(max_examples=40, deadline=None)
@given(st.lists(an_event(), max_size=60), st.data())
def test_batches_in_any_order_and_repeated_give_the_state_of_a_replay(
    events: list[Reading | Emptying], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(events))
    again = data.draw(st.lists(st.sampled_from(events), max_size=10)) if events else []
    stream = [*shuffled, *again]
    size = data.draw(st.integers(1, 25))
    batches = [stream[i : i + size] for i in range(0, len(stream), size)]
    assert kept_up(batches, 21).states(at(21)) == replayed(events, 21)


@pytest.mark.parametrize(("seed", "size"), [(1, 3), (2, 17), (3, 40)])
def test_long_histories_nearly_in_order_give_the_state_of_a_replay(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    events: list[Reading | Emptying] = []
    for name in "abc":
        events += rising(30, rate=0.03, every=0.25, bin_id=name)
    late = rng.random(len(events)) < 0.1
    days = [(each.time - START).total_seconds() / 86_400 for each in events]
    order = np.argsort(days + np.where(late, rng.exponential(6, len(days)), 0), kind="stable")
    stream = [events[i] for i in order]
    batches = [stream[i : i + size] for i in range(0, len(stream), size)]
    assert kept_up(batches, 40).states(at(40)) == replayed(events, 40)


def test_a_bin_with_more_events_than_are_kept_is_behind_for_what_is_older_than_its_safe_point() -> (
    None
):
    live = LiveStates(BINS, {}, since=START, zone=ZONE)
    many = [each for each in rising(30, rate=0.02, bin_id="a") if isinstance(each, Reading)]
    assert len(many) > DEPTH
    assert live.update(arrays([*many]), [], until=at(40)).taken == len(many)
    late, early = reading(29.9, 0.6, bin_id="a"), reading(0.1, 0.1, bin_id="a")
    assert live.update(arrays([late]), [], until=at(40)).behind.tolist() == []
    found = live.update(arrays([early, reading(2, 0.3, bin_id="b")]), [], until=at(40))
    assert (found.taken, found.behind.tolist()) == (1, [0])


def test_a_city_by_the_hour_in_batches_is_the_city_replayed() -> None:
    city = PoissonCity(seed=2, bins=40, days=20)
    table = city.arrays()
    past = history(city.bins, table, [], until=at(20), zone=ZONE)
    pools = pools_of(past)
    live = LiveStates(city.bins, pools, since=START, zone=ZONE)
    in_time = table.where(np.argsort(table.time_s, kind="stable"))
    for first in range(0, len(in_time.time_s), 97):
        rows = np.arange(first, min(first + 97, len(in_time.time_s)))
        assert not len(live.update(in_time.where(rows), [], until=at(20)).behind)
    assert live.states(at(20)) == fill_states_from_arrays(
        city.bins, table, [], until=at(20), zone=ZONE, pools=pools
    )


def test_what_is_later_than_the_instant_waits_to_be_told_again() -> None:
    live = LiveStates(BINS, {}, since=START, zone=ZONE)
    both = [reading(1, 0.3, bin_id="a"), reading(2, 0.4, bin_id="a")]
    assert live.update(arrays([*both]), [], until=at(1.5)).taken == 1
    assert live.states(at(1.5)) == replayed([*both], 1.5)
    live.update(arrays([*both]), [], until=at(2.5))
    assert live.states(at(2.5)) == replayed([*both], 2.5)


def test_no_bins_have_no_states() -> None:
    live = LiveStates([], {}, since=START, zone=ZONE)
    assert live.update(reading_arrays([], []), [], until=at(1)).taken == 0
    assert live.states(at(1)) == fill_states([], [], [], until=at(1), zone=ZONE)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        LiveStates(BINS, {}, since=START.replace(tzinfo=None), zone=ZONE)

"""Going on from points is filtering all from the beginning, to the last bit."""

from collections.abc import Sequence
from math import inf

import numpy as np
import pytest
from forecast_world import ZONE, at, bin_of, emptying, reading, rising
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.domain.readings import EYES, Emptying, Quality, Reading
from optimiser.forecast import (
    NO_POINTS,
    FillState,
    NamedReadings,
    Points,
    fill_states,
    packed,
    reading_arrays,
    resume,
    unpacked,
)
from optimiser.forecast.arrays import numbered
from optimiser.forecast.points import APART_S, MOST

BINS = [bin_of("a"), bin_of("b"), bin_of("c", fraction="glass")]
Event = Reading | Emptying


@st.composite
def an_event(draw: st.DrawFn) -> Event:
    bin_id = draw(st.sampled_from(["a", "b", "c"]))
    days = draw(st.integers(0, 160)) / 8
    if draw(st.integers(0, 9)) == 0:
        return emptying(days, bin_id=bin_id)
    return Reading(
        sensor_id=draw(st.sampled_from([f"s-{bin_id}", f"s-{bin_id}", "spare", EYES])),
        bin_id=bin_id,
        time=at(days),
        fill=draw(st.one_of(st.sampled_from([0.0, 0.2, 0.5, 1.0]), st.floats(0, 1.5))),
        sequence=draw(st.integers(0, 1)),
        quality=draw(st.sampled_from(Quality)),
    )


class Kept:
    """What a service keeps: all events, and of each bin the bytes of its points."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.rows = {each.id: packed(NO_POINTS) for each in BINS}

    def take(self, batch: list[Event], until: float) -> tuple[FillState, ...]:
        self.events += batch
        begins = {each.id: inf for each in BINS}
        for event in batch:
            begins[event.bin_id] = min(begins[event.bin_id], event.time.timestamp())
        points = [unpacked(self.rows[each.id]) for each in BINS]
        starts = [kept.before("", begins[each.id]) for kept, each in zip(points, BINS, strict=True)]
        found = resume(
            BINS, starts, named(self.events), told(self.events),
            until=at(until), zone=ZONE, pools={},
        )  # fmt: skip
        for each, kept, start, newest in zip(BINS, points, starts, found.points, strict=True):
            self.rows[each.id] = packed(kept.going_on("", start, newest))
        return found.states


def named(events: list[Event]) -> NamedReadings:
    readings = [each for each in events if isinstance(each, Reading)]
    number = numbered(each.sensor_id for each in readings)
    names = sorted(set(number) - {EYES}, key=number.__getitem__)
    return NamedReadings(reading_arrays(BINS, readings), names)


def told(events: Sequence[Event]) -> list[Emptying]:
    return [each for each in events if isinstance(each, Emptying)]


def replayed(events: Sequence[Event], until: float) -> tuple[FillState, ...]:
    readings = [each for each in events if isinstance(each, Reading)]
    return fill_states(BINS, readings, told(events), until=at(until), zone=ZONE, pools={})


@settings(max_examples=40, deadline=None)
@given(st.lists(an_event(), max_size=60), st.data())
def test_batches_in_any_order_and_repeated_give_the_state_of_a_replay(
    events: list[Event], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(events), max_size=10)) if events else []
    stream = [*data.draw(st.permutations(events)), *again]
    size = data.draw(st.integers(1, 25))
    kept, until = Kept(), 10.0
    for first in range(0, len(stream), size):
        until += data.draw(st.sampled_from([0.0, 0.1, 1.5, 4.0]))
        kept.take(stream[first : first + size], until)
    assert kept.take([], until + 1) == replayed(stream, until + 1)


def test_a_bin_goes_on_from_the_point_before_what_came_late() -> None:
    kept = Kept()
    for day in range(1, 15):
        kept.take([reading(day - 0.1, 0.05 * day, bin_id="a")], day)
    late = reading(8.5, 0.3, bin_id="a")
    assert (start := unpacked(kept.rows["a"]).before("", late.time.timestamp())) is not None
    assert 0 <= late.time.timestamp() - start.through_s <= APART_S
    assert kept.take([late], 14) == replayed(kept.events, 14)
    assert all(each.through_s <= start.through_s for each in unpacked(kept.rows["a"]).points[1:])


def test_a_week_of_points_is_kept_and_not_more_than_a_few() -> None:
    kept = Kept()
    for step in range(200):
        kept.take([], 1 + step / 4)
    points = unpacked(kept.rows["a"]).points
    assert len(points) == MOST
    apart = -np.diff([each.through_s for each in points])
    assert (apart[1:] >= APART_S).all()
    assert points[0].through_s - points[-1].through_s >= 6 * 86_400


def test_points_on_another_basis_or_of_another_version_are_not_gone_on_from() -> None:
    kept = Kept()
    kept.take([*rising(3, rate=0.1, bin_id="a")], 5)
    data = kept.rows["a"]
    points = unpacked(data)
    assert points.before("", at(6).timestamp()) is not None
    assert points.before("other", at(6).timestamp()) is None
    assert points.going_on("other", None, points.points[0]).basis == "other"
    assert unpacked(data.replace(b'"version":1', b'"version":0')) == NO_POINTS
    assert unpacked(data[:-8]) == NO_POINTS
    assert unpacked(None) == NO_POINTS
    assert packed(points) == data


def test_a_seen_level_is_no_device_that_could_be_silent_or_stuck() -> None:
    seen = [reading(day, 0.8, bin_id="a", sensor=EYES) for day in (1, 3, 5, 7)]
    (state, *_) = replayed(seen, 7.5)
    assert (state.sensor, state.last_reading, state.readings) == ("none", 0.8, 4)


def test_a_level_that_a_driver_saw_does_not_hide_that_the_sensor_is_silent() -> None:
    heard = rising(6, rate=0.08, bin_id="a")
    seen = reading(15.9, 0.9, bin_id="a", sensor=EYES)
    (state, *_) = replayed([*heard, seen], 16)
    assert state.sensor == "silent"
    assert state.last_reading == pytest.approx(0.9)
    assert state.last_reading_at == seen.time


def test_the_same_level_seen_by_drivers_for_weeks_is_believed_each_time() -> None:
    events: list[Event] = []
    for week in range(4):
        events += [reading(7 * week + 6.9, 0.8, bin_id="a", sensor=EYES)]
        events += [emptying(7 * week + 7, bin_id="a")]
    (state, *_) = replayed(events, 28.5)
    assert state.readings == 4
    assert Points("").points == ()

"""The future of a fill state: level, chance of overflow, time when full."""

from datetime import timedelta
from math import sqrt

import numpy as np
import pytest
from forecast_world import ZONE, at, bin_of, rising, state_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from optimiser.forecast import FillState, forecast, full_at, overflow_chance, prior_states

BUSY = (1.4, 0.6, 0.9, 1.1, 1.0, 0.7, 1.3)


@st.composite
def fill_state(draw: st.DrawFn) -> FillState:
    level_sd, rate_sd = draw(st.floats(0, 1)), draw(st.floats(0, 0.5))
    return FillState(
        bin_id="b1",
        at=at(0),
        level=draw(st.floats(0, 3)),
        level_var=level_sd**2,
        rate_per_day=draw(st.floats(0.002, 2)),
        rate_var=rate_sd**2,
        covariance=draw(st.floats(-0.99, 0.99)) * level_sd * rate_sd,
        deposit_share=draw(st.floats(0.01, 0.03)),
        weekday_weights=draw(st.sampled_from([(1.0,) * 7, BUSY])),
    )


@settings(max_examples=150, deadline=None)
@given(fill_state(), st.lists(st.floats(0, 60), min_size=2, max_size=8))
def test_the_chance_of_overflow_never_falls_with_time(state: FillState, days: list[float]) -> None:
    chances = [overflow_chance([state], at(each))[0] for each in sorted(days)]
    assert (np.diff(chances) >= -1e-12).all()
    assert all(0 <= each <= 1 for each in chances)


@settings(max_examples=60, deadline=None)
@given(fill_state())
def test_the_time_when_full_is_where_the_chance_reaches_one_half(state: FillState) -> None:
    (full,) = full_at([state])
    known = [each for each in (full.earliest, full.expected, full.latest) if each is not None]
    assert known == sorted(known)
    marks = ((full.earliest, 0.05), (full.expected, 0.5), (full.latest, 0.95))
    for instant, chance in marks:
        if instant is None:
            assert overflow_chance([state], at(60))[0] < chance + 1e-3
        elif instant > state.at:
            # a step either side is wider than the rounding of halving
            before = overflow_chance([state], instant - timedelta(minutes=1))[0]
            after = overflow_chance([state], instant + timedelta(minutes=1))[0]
            assert before <= chance + 1e-3
            assert after >= chance - 1e-3
        else:
            assert overflow_chance([state], state.at)[0] >= chance - 1e-3


def test_the_chance_is_that_of_a_normal_level_where_it_only_rises() -> None:
    state = state_of(rising(5), until=5)
    level = forecast([state], at(8))
    score = (1 - level.level[0]) / level.sd[0]
    draws = np.random.default_rng(1).normal(size=200_000)
    assert overflow_chance([state], at(8))[0] == pytest.approx((draws > score).mean(), abs=0.005)


def test_a_full_bin_has_overflowed_and_an_empty_one_has_not() -> None:
    full = state_of(rising(6, start=0.8), until=6)
    empty = state_of(rising(1, start=0.02), until=1)
    assert overflow_chance([full], full.at)[0] > 0.99
    assert overflow_chance([empty], empty.at)[0] < 0.001


def test_states_of_different_instants_and_profiles_are_forecast_together() -> None:
    states = [
        state_of(rising(5), until=5),
        state_of(rising(3, rate=0.2), until=3),
        *prior_states([bin_of()], at=at(1), zone=ZONE),
    ]
    together = forecast(states, at(9))
    apart = [forecast([each], at(9)) for each in states]
    assert together.level.tolist() == [each.level[0] for each in apart]
    assert together.sd.tolist() == [each.sd[0] for each in apart]


def test_an_instant_before_the_state_shows_the_state_itself() -> None:
    state = state_of(rising(5), until=5)
    before = forecast([state], at(2))
    assert (before.level[0], before.sd[0]) == (state.level, sqrt(state.level_var))


def test_a_steady_bin_is_full_when_it_should_be() -> None:
    (full,) = full_at([state_of(rising(5, start=0.1), until=5)])
    assert full.earliest is not None
    assert full.expected is not None
    assert full.latest is not None
    assert full.earliest < full.expected < full.latest
    assert abs(full.expected - at(9)) < timedelta(hours=18)


def test_a_bin_that_hardly_fills_is_never_full_within_sixty_days() -> None:
    history = rising(30, start=0.1, rate=0.004, every=0.5)
    (full,) = full_at([state_of(history, until=30)])
    assert full.expected is None
    assert full.latest is None


def test_nothing_can_be_asked_of_no_states() -> None:
    assert forecast([], at(1)).level.shape == (0,)
    assert overflow_chance([], at(1)).shape == (0,)
    assert full_at([]) == ()


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        overflow_chance([], at(1).replace(tzinfo=None))


def test_a_fill_state_survives_json() -> None:
    adapter = TypeAdapter(FillState)
    state = state_of(rising(5), until=5)
    assert adapter.validate_json(adapter.dump_json(state)) == state


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("level", -0.1),
        ("level", float("nan")),
        ("level_var", -1e-9),
        ("level_var", float("inf")),
        ("rate_per_day", 0),
        ("rate_var", -1),
        ("covariance", 1.0),
        ("deposit_share", 0),
        ("weekday_weights", (1.0,) * 6),
        ("weekday_weights", (-1.0, *(1.0,) * 6)),
        ("timezone", "Mars/Olympus"),
        ("readings", -1),
        ("reliability", "certain"),
        ("colour", "green"),
    ],
)
def test_a_fill_state_with_a_bad_value_is_refused(field: str, value: object) -> None:
    adapter = TypeAdapter(FillState)
    good = adapter.dump_python(state_of(rising(5), until=5))
    with pytest.raises(ValidationError, match=field):
        adapter.validate_python({**good, field: value})

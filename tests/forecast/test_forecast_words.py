"""What people are told of a bin."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from forecast_world import at
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.forecast import FillState, forecast, full_at, in_words

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
STATE = FillState(
    bin_id="b",
    at=at(0),
    level=0.6,
    level_var=0.0025,
    rate_per_day=0.1,
    rate_var=1e-4,
    covariance=0.0,
    deposit_share=0.01,
    last_reading=0.6,
    last_reading_at=at(0) - timedelta(hours=3),
    sensor="ok",
    reliability="high",
)


def told(state: FillState) -> str:
    return in_words(state, full_at([state])[0], COPENHAGEN)


def test_level_time_interval_and_reliability_are_said() -> None:
    words = told(STATE)
    (full,) = full_at([STATE])
    assert full.expected is not None
    day = (full.expected + timedelta(minutes=30)).astimezone(COPENHAGEN)
    assert words.startswith("About 60 % full now (52 to 68 %). Expected to be full ")
    assert f" {day.day} " in words
    assert f"at {day.hour:02}:00; nine times in ten between" in words
    assert words.endswith("Reliability high: its sensor was last heard 3 h ago.")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"level": 1.2, "level_var": 1e-6}, "It is full."),
        ({"rate_per_day": 0.002, "rate_var": 1e-8}, "Not expected to be full within 60 days."),
        ({"sensor": "stuck", "reliability": "low"}, "Reliability low: its sensor says the same"),
        ({"sensor": "none", "last_reading_at": None}, "no sensor was heard yet"),
        ({"last_reading_at": at(0) - timedelta(days=5)}, "last heard 5 days ago"),
        ({"last_reading_at": at(0)}, "heard within the last hour"),
    ],
)
def test_every_case_has_its_words(changes: dict[str, object], said: str) -> None:
    assert said in told(replace(STATE, **changes))


@settings(max_examples=80, deadline=None)
@given(st.floats(0, 3), st.floats(0.002, 2), st.floats(1e-6, 1), st.floats(0, 0.25))
def test_no_state_is_without_words_and_its_level_lies_in_the_interval(
    level: float, rate: float, level_var: float, rate_var: float
) -> None:
    state = replace(STATE, level=level, rate_per_day=rate, level_var=level_var, rate_var=rate_var)
    assert told(state).startswith("About ")
    now = forecast([state], state.at)
    low, high = now.interval
    assert 0 <= low[0] <= now.level[0] <= high[0]

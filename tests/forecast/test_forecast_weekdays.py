"""Weekday profile and deposit time, on ordinary days and in both clock-change nights."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from forecast_world import ZONE, PoissonCity, at, bin_of, reading, rising, state_of
from hypothesis import given
from hypothesis import strategies as st

from optimiser.forecast import Pool, fill_states, fill_states_from_arrays, forecast
from optimiser.forecast.clock import deposit_time, local_days
from optimiser.forecast.profile import Profile

PROFILE = (1.4, 0.8, 0.8, 0.8, 0.8, 1.2, 1.2)
SPRING = datetime(2026, 3, 29, tzinfo=ZONE)
"""The Sunday of 23 hours."""
AUTUMN = datetime(2026, 10, 25, tzinfo=ZONE)
"""The Sunday of 25 hours."""


def learned(weekdays: tuple[float, ...], bins: int = 120) -> np.ndarray:
    city = PoissonCity(seed=3, bins=bins, days=21, weekdays=weekdays)
    states = fill_states_from_arrays(city.bins, city.arrays(), (), until=at(21), zone=ZONE)
    assert len({state.weekday_weights for state in states}) == 1
    return np.array(states[0].weekday_weights)


def test_the_weekday_profile_is_learned_from_the_bins_of_a_fraction() -> None:
    assert np.abs(learned(PROFILE) - PROFILE).max() < 0.12


def test_a_flat_week_stays_flat() -> None:
    assert np.abs(learned((1.0,) * 7) - 1).max() < 0.12


def test_weights_have_mean_one() -> None:
    assert learned(PROFILE).mean() == pytest.approx(1)


def test_a_single_bin_is_not_enough_to_leave_the_flat_week_far() -> None:
    weights = state_of(rising(3), until=3).weekday_weights
    assert np.abs(np.array(weights) - 1).max() < 0.1


def test_a_busy_day_fills_a_bin_faster() -> None:
    pool = Pool(rate_per_day=0.1, rate_sd=0.02, weekday_weights=PROFILE)
    states = fill_states(
        [bin_of()], [reading(0, 0.2)], [], until=at(0), zone=ZONE, pools={"paper": pool}
    )
    level = [forecast(states, at(days)).level[0] for days in range(8)]
    assert np.diff(level) == pytest.approx(0.1 * np.array(PROFILE), rel=1e-6)


def test_little_is_thrown_away_at_night() -> None:
    states = fill_states([bin_of()], [reading(0, 0.2)], [], until=at(0), zone=ZONE)
    night, day = (forecast(states, at(hours / 24)).level[0] for hours in (6, 12))
    assert night - states[0].level < 0.1 * (day - states[0].level) + 0.002


@pytest.mark.parametrize(("sunday", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_a_clock_change_day_is_one_day_of_deposits(sunday: datetime, hours: int) -> None:
    begins = sunday.astimezone(UTC)
    assert (sunday + timedelta(days=1)).astimezone(UTC) - begins == timedelta(hours=hours)
    place = bin_of()
    pools = {"paper": Pool(rate_per_day=0.1, rate_sd=0.02)}
    states = fill_states([place], [], [], until=begins, zone=ZONE, pools=pools)
    after = forecast(states, begins + timedelta(hours=hours)).level[0]
    assert after - states[0].level == pytest.approx(0.1)


@pytest.mark.parametrize("sunday", [SPRING, AUTUMN])
def test_the_level_never_falls_through_a_clock_change_night(sunday: datetime) -> None:
    begins = sunday.astimezone(UTC) - timedelta(hours=2)
    states = fill_states([bin_of()], [], [], until=begins, zone=ZONE)
    levels = [
        forecast(states, begins + timedelta(minutes=15 * step)).level[0] for step in range(40)
    ]
    assert (np.diff(levels) > 0).all()


@pytest.mark.parametrize("sunday", [SPRING, AUTUMN])
def test_the_weekday_changes_at_local_midnight(sunday: datetime) -> None:
    midnights = [(sunday + timedelta(days=step)).timestamp() for step in range(-1, 3)]
    days = local_days(ZONE.key, midnights[-1])
    assert days.number(np.array(midnights)) % 7 == pytest.approx([5, 6, 0, 1])


@pytest.mark.parametrize("name", ["Europe/Copenhagen", "America/Santiago", "Asia/Kolkata"])
def test_day_numbers_rise_with_time_in_any_zone(name: str) -> None:
    first = datetime(2026, 1, 1, tzinfo=ZoneInfo(name)).timestamp()
    times = first + np.arange(0, 365 * 24) * 3600.0
    days = local_days(name, times[-1])
    assert (np.diff(days.number(times)) > 0).all()
    assert days.seconds(days.number(times)) == pytest.approx(times, abs=1e-3)


@given(
    st.lists(st.floats(0.2, 3), min_size=7, max_size=7),
    st.lists(st.floats(731_000, 740_000), min_size=1, max_size=20),
)
def test_deposit_time_runs_forward_and_can_be_turned_back(
    weights: list[float], numbers: list[float]
) -> None:
    time = deposit_time([Profile(weekdays=tuple(weights))], local_days(ZONE.key, at(0).timestamp()))
    times = np.sort(numbers)
    which = np.zeros(len(times), dtype=np.int64)
    run = time.days(times, which)
    assert (np.diff(run) >= 0).all()
    assert time.numbers(run, which) == pytest.approx(times, abs=1e-6)

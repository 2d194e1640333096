"""Level and rate from readings: what the filter learns, and what it refuses to learn from."""

from math import sqrt

import numpy as np
import pytest
from forecast_world import (
    ZONE,
    PoissonCity,
    at,
    bin_of,
    emptying,
    reading,
    rising,
    state_of,
)

from optimiser.domain.readings import Emptying, Quality
from optimiser.forecast import Pool, fill_states, fill_states_from_arrays, forecast


@pytest.mark.parametrize("rate", [0.03, 0.11, 0.3])
def test_the_rate_of_a_bin_is_recovered_within_its_own_uncertainty(rate: float) -> None:
    state = state_of(rising(3, start=0.05, rate=rate), until=3)
    assert abs(state.rate_per_day - rate) < 2 * sqrt(state.rate_var)
    assert abs(state.level - (0.05 + 3 * rate)) < 2 * sqrt(state.level_var)


def test_more_readings_make_the_rate_more_certain() -> None:
    few, many = (state_of(rising(days), until=days) for days in (1, 8))
    assert many.rate_var < few.rate_var / 2


def test_ninety_percent_intervals_hold_about_ninety_percent_of_poisson_bins() -> None:
    city = PoissonCity(seed=7, bins=400, days=24)
    states = fill_states_from_arrays(city.bins, city.arrays(), (), until=at(21), zone=ZONE)
    now = 21 * 12 - 1
    # no driver says here which bins were emptied since their last reading but one
    told = (np.diff(city.level[:, now - 6 : now + 1], axis=1) > -0.3).all(axis=1)
    assert told.mean() > 0.9
    for days_ahead in (0, 1, 3):
        ahead = forecast(states, at(21 + days_ahead))
        truth = city.level[:, now] + city.risen[:, now + 12 * days_ahead] - city.risen[:, now]
        inside = np.abs(truth - ahead.level) < 1.645 * ahead.sd
        assert 0.85 < inside[told].mean() < 0.95
        assert np.median(np.abs(truth - ahead.level)) < 0.025 + 0.01 * days_ahead
    off = (np.array([state.rate_per_day for state in states]) - city.rate) / np.sqrt(
        [state.rate_var for state in states]
    )
    assert (np.abs(off) < 1.645).mean() > 0.85


def test_a_drop_that_the_next_reading_confirms_is_an_emptying() -> None:
    history = [*rising(7, start=0.2), reading(7, 0.06), reading(7.25, 0.08)]
    state = state_of(history, until=7.25)
    assert state.last_emptied_at == at(7)
    assert state.level == pytest.approx(0.08, abs=0.03)
    assert state.rate_per_day == pytest.approx(0.1, abs=0.02)


def test_a_single_low_reading_is_a_spike_and_no_emptying() -> None:
    history = [*rising(7, start=0.2), reading(7, 0.06), reading(7.25, 0.92)]
    state = state_of(history, until=7.25)
    assert state.last_emptied_at is None
    assert state.level == pytest.approx(0.92, abs=0.05)


def test_a_low_last_reading_is_not_believed_before_it_is_confirmed() -> None:
    state = state_of([*rising(7, start=0.2), reading(7, 0.06)], until=7)
    assert state.last_emptied_at is None
    assert state.level > 0.8


def test_a_spike_upwards_before_a_low_level_is_no_emptying() -> None:
    history = [*rising(1, start=0.05), reading(1, 1.0), *rising(2, first=1.25, start=0.15)]
    state = state_of(history, until=2)
    assert state.last_emptied_at is None
    assert state.level < 0.3


def test_a_drop_of_less_than_thirty_points_is_no_emptying() -> None:
    history = [*rising(2, start=0.2, rate=0.05), *rising(3, first=2, start=0.05, rate=0.05)]
    assert state_of(history, until=3).last_emptied_at is None


def test_three_readings_on_end_that_nobody_expected_are_believed() -> None:
    history = [*rising(4, start=0.1), *[reading(4 + i / 4, 1.1 + i / 50) for i in range(3)]]
    assert state_of(history[:-1], until=4.5).level < 0.7
    assert state_of(history, until=4.5).level == pytest.approx(1.14, abs=0.05)


def test_what_a_driver_says_empties_a_bin_at_once() -> None:
    state = state_of(rising(7, start=0.2), until=7.1, emptyings=[emptying(7)])
    assert state.last_emptied_at == at(7)
    assert state.level < 0.06
    assert state.rate_per_day == pytest.approx(0.1, abs=0.02)


def test_a_driver_who_emptied_another_bin_is_put_right_by_readings() -> None:
    history = [*rising(7, start=0.1), *rising(8, first=7, start=0.8)]
    state = state_of(history, until=8, emptyings=[emptying(6.9)])
    assert state.level == pytest.approx(0.9, abs=0.06)


def test_a_bin_without_a_sensor_fills_from_its_last_emptying_at_the_usual_rate() -> None:
    state = state_of([], until=5, emptyings=[emptying(1)])
    assert state.level == pytest.approx(0.02 + 4 * 0.11, abs=0.03)
    assert (state.sensor, state.readings, state.last_reading) == ("none", 0, None)


def test_an_emptying_found_in_readings_before_is_looked_for_again() -> None:
    found = Emptying(bin_id="b1", time=at(3), source="readings")
    history = rising(7, start=0.2)
    assert state_of(history, until=7, emptyings=[found]) == state_of(history, until=7)


def test_levels_above_full_are_kept() -> None:
    assert state_of(rising(6, start=0.6), until=6).level == pytest.approx(1.2, abs=0.05)


def test_a_sensor_that_cannot_see_above_full_does_not_lower_the_level() -> None:
    history = [*rising(4, start=0.62), *[reading(4 + i / 4, 1.0) for i in range(8)]]
    state = state_of(history, until=6)
    assert state.level > 1.1
    assert state.rate_per_day == pytest.approx(0.1, abs=0.02)


def test_rejected_readings_are_ignored() -> None:
    history = rising(5)
    bad = [reading(4 + i / 5, 0.9, quality=Quality.REJECTED) for i in range(5)]
    assert state_of([*history, *bad], until=5) == state_of(history, until=5)


def test_readings_likely_invalid_move_no_level_but_tell_of_the_sensor() -> None:
    history = rising(5)
    bad = [reading(4.8 + i / 25, 0.9, quality=Quality.LIKELY_INVALID) for i in range(5)]
    state, plain = (state_of(each, until=5) for each in ([*history, *bad], history))
    assert state.level == pytest.approx(plain.level, abs=0.005)
    assert (state.sensor, state.last_quality) == ("tilted", Quality.LIKELY_INVALID)


def test_a_suspicious_reading_moves_the_level_less() -> None:
    history = rising(5)

    def after(quality: Quality) -> float:
        return state_of([*history, reading(5, 0.7, quality=quality)], until=5).level

    plain = state_of(history, until=5).level
    assert plain < after(Quality.SUSPICIOUS) < after(Quality.ACCEPTED)


def test_readings_after_the_instant_asked_for_are_ignored() -> None:
    history = rising(5)
    later = [*rising(9, first=5.1, start=0.9), reading(5.01, 0.1)]
    told = [emptying(5.2)]
    assert state_of([*history, *later], until=5, emptyings=told) == state_of(history, until=5)


def test_readings_years_old_and_of_unknown_bins_are_ignored() -> None:
    history = rising(5)
    rubbish = [reading(-3000, 0.9), reading(2, 0.9, bin_id="elsewhere")]
    told = [emptying(-3000), emptying(2, bin_id="elsewhere")]
    assert state_of([*history, *rubbish], until=5, emptyings=told) == state_of(history, until=5)


def test_no_bins_have_no_states() -> None:
    assert fill_states([], [reading(1, 0.5)], [], until=at(2), zone=ZONE) == ()


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        fill_states([bin_of()], [], [], until=at(2).replace(tzinfo=None), zone=ZONE)


def test_pools_can_be_handed_in_for_a_few_bins_of_many() -> None:
    pool = Pool(rate_per_day=0.4, rate_sd=0.1)
    (state,) = fill_states([bin_of()], [], [], until=at(1), zone=ZONE, pools={"paper": pool})
    assert state.rate_per_day == pytest.approx(0.4)

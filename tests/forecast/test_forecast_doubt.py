"""Silent, stuck and coarse sensors make a forecast wider; priors fill in for what is unknown."""

from dataclasses import replace
from math import sqrt

import pytest
from forecast_world import ZONE, at, bin_of, emptying, reading, rising, state_of

from optimiser.domain.readings import Emptying, Reading
from optimiser.forecast import FillState, fill_states, prior_states


def sd(state: FillState) -> float:
    return sqrt(state.level_var)


def test_silence_widens_the_level_and_lowers_the_reliability() -> None:
    history = rising(5)
    states = [state_of(history, until=days) for days in (5, 7, 10, 20, 60)]
    assert [sd(each) for each in states] == sorted({sd(each) for each in states})
    assert [each.rate_var for each in states] == sorted({each.rate_var for each in states})
    assert [each.reliability for each in states][::4] == ["high", "low"]
    assert [each.sensor for each in states] == ["ok", "silent", "silent", "silent", "silent"]
    assert states[1].reliability != "high"


def test_a_silent_bin_is_expected_to_go_on_filling() -> None:
    assert state_of(rising(5), until=8).level == pytest.approx(0.9, abs=0.06)


def test_a_stuck_sensor_does_not_keep_a_bin_certain() -> None:
    history = [*rising(4), *[reading(4 + i / 4, 0.47) for i in range(40)]]
    state = state_of(history, until=14)
    assert state.sensor == "stuck"
    assert state.reliability == "low"
    assert state.level > 1
    assert state.last_reading == 0.47
    assert state.readings == 17
    assert sd(state) > 3 * sd(state_of(history[:16], until=4))


def test_a_slow_bin_that_repeats_itself_for_three_days_is_not_stuck() -> None:
    history = [*rising(16, rate=0.02, every=1), *[reading(16 + i / 4, 0.42) for i in range(12)]]
    assert state_of(history, until=19).sensor == "ok"


def test_a_bin_that_fills_by_a_third_while_its_sensor_repeats_itself_has_a_stuck_one() -> None:
    history = [*rising(4), *[reading(4 + i / 4, 0.47) for i in range(12)]]
    assert state_of(history, until=7).sensor == "stuck"


def test_a_coarse_sensor_is_less_certain_than_a_fine_one() -> None:
    fine = rising(8)
    coarse = [reading(i / 4, round((0.1 + 0.1 * i / 4) / 0.2) * 0.2, sequence=i) for i in range(32)]
    assert sd(state_of(coarse, until=8)) > 1.3 * sd(state_of(fine, until=8))
    assert state_of(coarse, until=8).level == pytest.approx(0.9, abs=0.12)


def test_a_bin_of_which_nothing_is_known_has_the_general_rate() -> None:
    state = state_of([], until=3)
    assert (state.rate_per_day, sqrt(state.rate_var)) == pytest.approx((0.11, 0.045))
    assert state.reliability == "low"
    assert sd(state) == pytest.approx(0.3)
    assert [state] == list(prior_states([bin_of()], at=at(3), zone=ZONE))


def test_litter_bins_are_known_to_fill_faster() -> None:
    assert state_of([], until=3, place=bin_of(fraction="litter")).rate_per_day > 0.2


def test_a_bin_without_readings_takes_the_rate_of_its_own_fraction() -> None:
    bins = [bin_of(f"g{i}", fraction="glass") for i in range(12)]
    bins += [bin_of(f"p{i}") for i in range(12)]
    history = [
        each
        for i in range(1, 12)
        for fraction, rate in (("g", 0.04), ("p", 0.2))
        for each in rising(4, rate=rate + i / 1000, bin_id=f"{fraction}{i}")
    ]
    states = fill_states(bins, history, [], until=at(4), zone=ZONE)
    assert states[0].rate_per_day == pytest.approx(0.06, abs=0.02)
    assert states[12].rate_per_day == pytest.approx(0.19, abs=0.02)
    assert states[0].readings == states[12].readings == 0


def usual_rate(history: list[Reading], emptyings: list[Emptying], until: float) -> float:
    """What ten bins with the same history make a further one of their fraction expect."""
    bins = [bin_of(f"p{i}") for i in range(10)]
    known = [replace(each, bin_id=f"p{i}") for each in history for i in range(1, 10)]
    told = [replace(each, bin_id=f"p{i}") for each in emptyings for i in range(1, 10)]
    return fill_states(bins, known, told, until=at(until), zone=ZONE)[0].rate_per_day


def test_early_emptyings_told_by_drivers_do_not_make_a_fraction_look_slow() -> None:
    history = [each for day in range(0, 12, 2) for each in rising(day + 2, first=day, start=0.02)]
    told = [emptying(day - 0.1) for day in range(2, 12, 2)]
    assert usual_rate(history, told, 12) == pytest.approx(0.1, abs=0.01)


def test_spikes_do_not_make_a_fraction_look_fast() -> None:
    history = rising(8, start=0.02, every=1)
    history = [replace(each, fill=1.0) if i in (2, 4) else each for i, each in enumerate(history)]
    assert usual_rate(history, [], 8) == pytest.approx(0.1, abs=0.01)


def test_a_bin_with_two_readings_borrows_from_its_fraction_and_is_less_sure() -> None:
    bins = [bin_of(f"p{i}") for i in range(12)]
    history = [each for i in range(1, 12) for each in rising(4, rate=0.2, bin_id=f"p{i}")]
    new = [reading(3.5, 0.3, bin_id="p0"), reading(3.75, 0.3, bin_id="p0")]
    states = fill_states(bins, [*history, *new], [], until=at(4), zone=ZONE)
    assert states[0].rate_per_day == pytest.approx(0.18, abs=0.03)
    assert states[0].rate_var > 1.5 * states[1].rate_var


def test_a_bin_just_emptied_without_a_sensor_is_never_highly_reliable() -> None:
    assert state_of([], until=1.01, emptyings=[emptying(1)]).reliability == "medium"


def test_readings_wrong_by_a_hundred_in_between_leave_the_state_right() -> None:
    history = rising(8)
    wrong = [
        replace(each, fill=each.fill / 100) if i % 5 == 4 else each
        for i, each in enumerate(history)
    ]
    state, plain = (state_of(each, until=8) for each in (wrong, history))
    assert state.level == pytest.approx(plain.level, abs=0.05)
    assert state.rate_per_day == pytest.approx(0.1, abs=0.02)
    assert state.last_emptied_at is None


def test_a_sensor_that_says_anything_is_found_tilted_and_not_believed() -> None:
    fills = (1.1, 0.05, 0.0, 1.25, 0.1, 0.95, 0.02, 1.2)
    history = [*rising(5), *[reading(5 + i / 4, fill) for i, fill in enumerate(fills)]]
    (state,) = fill_states([bin_of()], history, [], until=at(7), zone=ZONE, pools={})
    assert (state.sensor, state.reliability) == ("tilted", "medium")
    assert state.level == pytest.approx(0.8, abs=0.1)


def test_a_sensor_put_upright_again_is_believed_again() -> None:
    fills = (1.1, 0.05, 0.0, 1.25, 0.1, 0.95, 0.02, 1.2)
    history = [*rising(5), *[reading(5 + i / 4, fill) for i, fill in enumerate(fills)]]
    history += rising(11, first=7, start=0.2)
    state = state_of(history, until=11)
    assert state.sensor == "ok"
    assert state.level == pytest.approx(0.6, abs=0.06)


def test_a_sensor_that_reads_once_a_day_is_not_silent_when_one_reading_is_lost() -> None:
    history = rising(9, every=1)
    assert state_of(history, until=10.4).sensor == "ok"
    assert state_of(history, until=11).sensor == "silent"


def test_an_emptying_of_a_bin_without_a_sensor_tells_of_its_rate() -> None:
    told = [emptying(day) for day in range(1, 40, 3)]
    assert state_of([], until=40, emptyings=told).rate_per_day > 0.15
    told = [emptying(day) for day in range(1, 40, 12)]
    assert state_of([], until=40, emptyings=told).rate_per_day < 0.1

"""A backtest's scores are what they say, on cases whose truth is known by construction."""

import numpy as np
import pytest
from forecast_world import at, reading, rising, state_of

from optimiser.forecast.backtest import (
    CLASSES,
    Cases,
    all_faults,
    calibration,
    cases_of,
    coverage,
    errors,
    faults,
)


def drawn(count: int, doubt: float = 1.0) -> Cases:
    """Cases whose truth is normal around the forecast; `doubt` stretches what is claimed."""
    rng = np.random.default_rng(1)
    level, sd = rng.uniform(0.2, 1.2, count), rng.uniform(0.05, 0.2, count)
    truth = rng.normal(level, sd)
    chance = (rng.normal(level[:, None], sd[:, None], (count, 400)) > 1).mean(axis=1)
    return Cases(
        horizon_h=rng.choice([24, 72], count),
        level=level,
        sd=sd * doubt,
        chance=chance,
        reliability=rng.integers(0, 3, count),
        heard=np.ones(count, dtype=bool),
        truth=truth,
        rivals={"nothing learned": np.full(count, 0.7)},
    )


def test_intervals_of_true_chances_cover_nine_in_ten_in_every_group() -> None:
    found = {each.group: each.inside for each in coverage(drawn(20_000))}
    assert set(found) == {"overall", *CLASSES, "24 h", "72 h"}
    assert list(found.values()) == pytest.approx([0.9] * 6, abs=0.015)


def test_intervals_twice_too_wide_or_too_narrow_show() -> None:
    wide, narrow = (coverage(drawn(20_000, doubt))[0].inside for doubt in (2.0, 0.5))
    assert wide > 0.99
    assert narrow < 0.65


def test_chances_that_come_true_are_calibrated_in_each_tenth() -> None:
    tenths = calibration(drawn(40_000))
    assert sum(each.cases for each in tenths) == 40_000
    assert [each.happened for each in tenths] == pytest.approx(
        [each.said for each in tenths], abs=0.05
    )


def test_errors_are_taken_where_every_rival_has_an_answer() -> None:
    said = state_of(rising(4), until=4)
    truth = {0: np.array([0.5]), 24: np.array([0.7])}
    rivals = {"one": {0: np.array([0.4]), 24: np.array([np.nan])}}
    now, later = errors(cases_of([said], truth, rivals))
    assert (now.horizon_h, now.cases, now.rivals["one"]) == (0, 1, pytest.approx(0.1))
    assert now.ours == pytest.approx(abs(said.level - 0.5))
    assert (later.horizon_h, later.cases) == (24, 0)


def test_a_case_of_which_nobody_knows_the_truth_is_left_out() -> None:
    states = [state_of(rising(4), until=4)] * 2
    assert len(cases_of(states, {0: np.array([0.5, np.nan])}, {}).level) == 1
    assert states[0].at == at(4)


def test_sensors_found_missed_and_wrongly_taken_for_faulty_are_counted() -> None:
    stuck = state_of([*rising(4), *[reading(4 + i / 4, 0.47) for i in range(40)]], until=14)
    fine = state_of(rising(4), until=4)
    states = [stuck, fine, stuck, fine, stuck, fine]
    true = ["stuck", "tilted", "ok", "ok", "", "dead"]
    found = faults(states, true, ripe=[True, True, False, False, False, False])
    assert (found.ripe, found.found, found.good, found.false) == (2, 1, 2, 1)
    assert found.kinds == {"stuck": (1, 1), "tilted": (0, 1)}
    assert all_faults([found, found]).kinds == {"stuck": (2, 2), "tilted": (0, 2)}

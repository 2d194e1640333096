"""Runs as a whole: what holds whatever a policy does."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from optimiser.simulator import OtherRuns, Record, UnknownPolicy, compare, simulate
from optimiser.simulator.run import make_world
from simulator.twin_city import QUICK, a_city


@pytest.fixture(scope="module")
def run() -> Record:
    return simulate(a_city(), "prize", 3, QUICK)


def test_what_was_thrown_in_was_collected_or_lies_in_the_bins(run: Record) -> None:
    collected = sum(day.volume_l for day in run.days)

    assert collected > 0
    assert run.start_l + run.deposited_l == pytest.approx(run.end_l + collected)


def test_the_same_seed_and_rounds_give_the_same_record(run: Record) -> None:
    assert simulate(a_city(), "prize", 3, QUICK) == run


def test_every_policy_meets_the_same_deposits_and_sensors(run: Record) -> None:
    other = simulate(a_city(), "clairvoyant", 3, QUICK)
    first, second = (make_world(a_city(), QUICK, 3) for _ in range(2))

    assert other.deposited_l == run.deposited_l
    assert np.array_equal(first.poured, second.poured)
    assert all(
        np.array_equal(getattr(first.signals, name), getattr(second.signals, name))
        for name in first.signals.__slots__
    )


def test_another_seed_is_another_world(run: Record) -> None:
    assert (
        make_world(a_city(), QUICK, 4).poured[0, -1] != make_world(a_city(), QUICK, 3).poured[0, -1]
    )


def test_a_comparison_that_was_stopped_goes_on_where_it_was(run: Record, tmp_path: Path) -> None:
    (first,) = compare(a_city(), ["prize"], [3], QUICK, tmp_path, processes=1)
    made = (tmp_path / "runs" / "prize-3.json").stat().st_mtime_ns
    both = compare(a_city(), ["prize", "clairvoyant"], [3], QUICK, tmp_path, processes=1)

    assert asdict(first) == asdict(run)
    assert [(each.policy, each.seed) for each in both] == [("prize", 3), ("clairvoyant", 3)]
    assert both[0] == first
    assert (tmp_path / "runs" / "prize-3.json").stat().st_mtime_ns == made


def test_runs_of_other_settings_are_not_mixed_in(run: Record, tmp_path: Path) -> None:
    compare(a_city(), ["prize"], [3], replace(QUICK, days=1), tmp_path, processes=1)

    with pytest.raises(OtherRuns, match="days 1 and not 3"):
        compare(a_city(), ["prize"], [3], QUICK, tmp_path)


def test_an_unknown_policy_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownPolicy, match="no policy 'luck'"):
        compare(a_city(), ["luck"], [1], QUICK, tmp_path)

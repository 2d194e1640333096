"""Tuning: one rule for every policy, and what was tried is not tried again."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from optimiser.selection import SelectionParams
from optimiser.simulator import Record, Trial, best, simulate, tune
from optimiser.simulator.keeping import Kept
from optimiser.simulator.tuning import TRIED, trials_of, with_values
from simulator.twin_city import QUICK, a_city

ONE_DAY = replace(QUICK, days=1, rounds=5)


@pytest.fixture(scope="module")
def run() -> Record:
    return simulate(a_city(), "threshold", 3, ONE_DAY)


def a_trial(run: Record, cost_eur: float, late: int, threshold: float = 0.5) -> Trial:
    day = replace(run.days[0], fixed_eur=cost_eur)
    record = replace(run, days=(day,), kept=Kept(bins=20, pickups=1000, late=late))
    return Trial("threshold", {"threshold": threshold}, (record,))


def test_the_cheapest_that_serves_well_enough_is_best(run: Record) -> None:
    cheap, good, dear = a_trial(run, 300, 20), a_trial(run, 400, 4), a_trial(run, 500, 0)

    assert best([dear, cheap, good], 99.5) is good
    assert best([dear, cheap, good], 90) is cheap


def test_where_none_serves_well_enough_the_one_that_comes_nearest_is_told(run: Record) -> None:
    near, far = a_trial(run, 900, 10), a_trial(run, 300, 20)

    assert best([far, near], 99.9) is near


def test_all_combinations_are_tried() -> None:
    tried = trials_of("prize", {"overflow_weight": (1.0, 3.0), "required_chance": (0.9,)})

    assert len(tried) == 2 * len(TRIED["prize"]["visit_weight"])
    assert {each["overflow_weight"] for each in tried} == {1.0, 3.0}


def test_the_parameters_tried_are_parameters_of_the_choice_and_their_values_may_be_taken() -> None:
    for policy in TRIED:
        for values in trials_of(policy, {}):
            assert with_values(SelectionParams(), values) != SelectionParams(threshold=0.123)


def test_tuning_goes_on_where_it_was_and_gives_what_a_simulation_gives(
    run: Record, tmp_path: Path
) -> None:
    given = {"threshold": (0.5,)}
    (first,) = tune(
        a_city(), ["threshold"], [3], ONE_DAY, tmp_path, given=given, processes=1
    )  # fmt: skip
    made = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    more = {"threshold": (0.5, 0.9)}
    both = tune(a_city(), ["threshold"], [3], ONE_DAY, tmp_path, given=more, processes=1)

    assert first.runs == (run,)
    assert [each.values for each in both] == [{"threshold": 0.5}, {"threshold": 0.9}]
    assert both[0] == first
    assert both[1] != first
    assert all(path.stat().st_mtime_ns == then for path, then in made.items())


def test_a_value_that_cannot_be_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="threshold"):
        tune(a_city(), ["threshold"], [3], ONE_DAY, tmp_path, given={"threshold": (7.0,)})

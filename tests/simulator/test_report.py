"""Measures, their intervals, and the report's files."""

import csv
from dataclasses import fields, replace
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from optimiser.simulator import Day, Record
from optimiser.simulator.keeping import Kept
from optimiser.simulator.measures import (
    MEASURES,
    cost_eur,
    km,
    lifts_per_km,
    overfilling_bins,
    service_level,
    service_level_kept,
)
from optimiser.simulator.report import write_page, write_tables
from optimiser.simulator.summary import estimate, saving
from optimiser.simulator.table import rows_of
from simulator.twin_city import QUICK, a_city

KEPT = Kept(bins=8, pickups=200, late=1)
KM = next(each for each in MEASURES if each.name == "km")


def a_day(**changes: Any) -> Day:
    zero: dict[str, Any] = {each.name: 0 for each in fields(Day)}
    return Day(**(zero | {"date": "2026-11-24", "fills": (), "failed": ""} | changes))


def a_run(policy: str = "prize", seed: int = 1, **changes: Any) -> Record:
    day = a_day(distance_m=50_000, lifts=20, stops=4, fills=(0.5, 1.0, 1.2, 0.9), **changes)
    return Record(policy, seed, 10, (day, day), 100.0, 50.0, 80.0, over_at_end=1, kept=KEPT)


def test_measures_are_means_a_day() -> None:
    assert km(a_run()) == 50
    assert lifts_per_km(a_run()) == 0.4
    assert cost_eur(a_run(fixed_eur=100, co2e_eur=5, overflow_eur=60)) == 165


def test_the_service_level_counts_pickups_in_time_and_what_was_never_picked_up() -> None:
    assert service_level(a_run()) == pytest.approx(100 * 6 / 9)


def test_bins_that_nobody_could_keep_are_left_out_of_the_other_service_level() -> None:
    assert service_level_kept(a_run()) == pytest.approx(99.5)
    assert overfilling_bins(a_run()) == pytest.approx(20)


def test_an_interval_is_students() -> None:
    found = estimate([1.0, 2.0, 3.0])

    assert (found.mean, found.half) == (2.0, pytest.approx(4.303 / 3**0.5))
    assert isnan(estimate([1.0]).half)


def test_savings_are_compared_seed_by_seed() -> None:
    day = a_day(distance_m=100_000)
    dear = [replace(a_run("fixed", seed), days=(day,)) for seed in (1, 2)]
    found = saving([*dear, a_run("prize", 1), a_run("prize", 2)], "prize", "fixed", KM)

    assert found is not None
    assert (found.mean, found.half, found.seeds) == (50.0, 0.0, 2)
    assert saving([*dear, a_run("prize", 3)], "prize", "fixed", KM) is None


def test_a_report_has_every_measure_and_needs_nothing_from_elsewhere(tmp_path: Path) -> None:
    runs = [a_run(policy, seed, fixed_eur=90) for policy in ("fixed", "<b>") for seed in (1, 2)]
    path = write_page(runs, a_city(), QUICK, "A&B <i>", tmp_path)
    page = path.read_text()

    assert all(measure.words in page for measure in MEASURES)
    assert "A&amp;B &lt;i&gt;" in page
    assert "<b>" not in page
    assert page.count("<svg") == 4
    assert "<script" not in page
    assert "src=" not in page
    assert "Against fixed, &lt;b&gt; needs 0 %" in page


def test_tables_have_a_row_a_run_and_a_row_a_day(tmp_path: Path) -> None:
    measures, days = write_tables([a_run(), a_run(seed=2)], tmp_path)

    with measures.open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["policy"], row["seed"], row["km"]) for row in rows] == [
        ("prize", "1", "50.0"),
        ("prize", "2", "50.0"),
    ]
    with days.open() as file:
        assert len(list(csv.DictReader(file))) == 4


def test_rows_for_machines_say_nothing_where_there_is_no_number() -> None:
    (found,) = [row for row in rows_of([a_run()]) if row["measure"] == "km"]

    assert found == {"policy": "prize", "measure": "km", "mean": 50.0, "half": None, "seeds": 1}

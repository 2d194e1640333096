"""The reader and the checker of the 2006 instances, on a file as odd as the real ones."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.kim2006 import Instance, read_instance, to_problem
from benchmarks.kim2006_check import check_routes
from benchmarks.kim2006_solve import file_routes, judged, least_trucks
from optimiser.domain.solution import Action, Solution, TruckOrder

HERE = Path(__file__).resolve()
SHARED = Path(
    os.environ.get("BINROUNDS_BENCHMARKS", HERE.parents[2].parent / "shared" / "benchmarks")
)

FILE = """10.0\t// vehicle capacity (yards), real number
16.0\t// total yardage allowed for a vehicle per day, real number
500\t// stops
3600\t// lunch
40\t// speed: MPH
Stop_ID\tX(feet)\tY(feet)\tEarly\tLate\tService\tLoad\tType
7\t0\t0\t800\t1675\t0\t9999\t0
1\t5280.00\t0\t0\t2400\t600\t7.3\t1
2\t10560\t0\t1300\t1330\t600\t2.7\t1
3\t-5280\t5280\t0\t2400\t60\t6\t1
9\t0\t5280\t0\t2400\t1200\t9999\t2
"""
GOOD = [["7", "3", "9", "1", "2", "9", "7"]]


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    path = tmp_path / "3_stop.txt"
    path.write_text(FILE)
    return read_instance(path)


def test_times_without_leading_zeros_and_minutes_past_sixty_are_read(instance: Instance) -> None:
    assert instance.depot.earliest_s == 8 * 3600
    assert instance.depot.latest_s == 17 * 3600 + 15 * 60
    assert instance.stops[0].latest_s == 86_400


def test_a_load_with_a_decimal_is_not_rounded(instance: Instance) -> None:
    problem = to_problem(instance, 1)
    assert problem.visits[0].volume_l == pytest.approx(7300)
    assert problem.trucks[0].limits.volume_l == pytest.approx(16_000)


def test_no_fewer_trucks_than_the_load_of_a_day_needs(instance: Instance) -> None:
    assert least_trucks(instance) == 1
    assert least_trucks(replace(instance, daily_yards=15.9)) == 2


def test_good_routes_pass_with_their_miles(instance: Instance) -> None:
    checked = check_routes(instance, GOOD)
    assert checked.faults == ()
    assert checked.miles == pytest.approx(2 + 1 + 2 + 1 + 3 + 1)


@pytest.mark.parametrize(
    ("routes", "fault"),
    [
        ([["7", "3", "9", "1", "9", "7"]], "stop 2 is served 0 times"),
        ([*GOOD, ["7", "1", "9", "7"]], "stop 1 is served 2 times"),
        ([["7", "3", "1", "2", "9", "7"]], "13.3 yards on board"),
        ([["7", "3", "9", "1", "2", "7"]], "comes home with 10 yards"),
        ([["7", "2", "9", "1", "3", "9"]], "depot to depot"),
        ([["7", "3", "9", "7", "1", "2", "9", "7"]], "passes the depot"),
    ],
)
def test_a_broken_route_is_named(instance: Instance, routes: list[list[str]], fault: str) -> None:
    assert any(fault in each for each in check_routes(instance, routes).faults)


def test_daily_limits_are_checked(instance: Instance) -> None:
    few = replace(instance, daily_stops=2, daily_yards=15.0)
    faults = check_routes(few, GOOD).faults
    assert any("3 stops in a day" in each for each in faults)
    assert any("16 yards in a day" in each for each in faults)


def test_a_window_that_lunch_makes_impossible_is_found(instance: Instance) -> None:
    ten_past = 11 * 3600 + 600
    early = [replace(stop, earliest_s=ten_past, latest_s=ten_past) for stop in instance.stops]
    at_once = replace(instance, stops=tuple(early))
    assert any("no way to keep" in each for each in check_routes(at_once, GOOD).faults)


def test_a_route_that_can_only_miss_lunch_is_found(instance: Instance) -> None:
    long = replace(instance.stops[0], service_s=9 * 3600, latest_s=10 * 3600)
    faults = check_routes(replace(instance, stops=(long, *instance.stops[1:])), GOOD).faults
    assert any("no way to keep" in each for each in faults)


def test_the_verifier_and_the_checker_agree(instance: Instance) -> None:
    problem = to_problem(instance, 1)
    actions = tuple(
        Action("unload" if ref == "9" else "visit", ref) for ref in ["3", "9", "1", "2", "9"]
    )
    solution = Solution((TruckOrder("truck-1", actions),))
    assert file_routes(instance, solution) == GOOD
    assert judged(instance, problem, solution).faults == ()


def test_the_command_writes_an_answer_and_a_table(tmp_path: Path) -> None:
    (tmp_path / "3_stop.txt").write_text(FILE)
    out = tmp_path / "out"
    ran = CliRunner().invoke(
        main, ["kim2006", str(tmp_path), "--seconds", "5", "--out", str(out), "--only", "3_stop"]
    )
    assert ran.exit_code == 0, ran.output
    answer = json.loads((out / "3_stop.json").read_text())
    assert set(answer) == {"instance", "vehicles", "miles", "seconds", "routes"}
    instance = read_instance(tmp_path / "3_stop.txt")
    checked = check_routes(instance, answer["routes"])
    assert checked.faults == ()
    assert answer["miles"] == pytest.approx(checked.miles)
    assert "yes" in ran.output


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the shared instances are not at {SHARED}")
def test_the_shared_instances_are_read_whole() -> None:
    counts = {
        path.stem: (len(i.stops), len(i.landfills))
        for path in (SHARED / "kim2006").glob("*_stop.txt")
        for i in [read_instance(path)]
    }
    assert counts["102_stop"] == (99, 2)
    assert counts["1599_stop"] == (1596, 2)

"""The command over the classic sets, with real solvers on tiny instances."""

import json
from pathlib import Path

import pytest
from classic_files import CVRP, PRIZES, folder_of_sets, instance_of
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.apart import Ended
from benchmarks.classic.check import Checked, check_tours
from benchmarks.classic.command import judged
from benchmarks.classic.found import CannotState, Found
from benchmarks.classic.instance import read_instance
from benchmarks.classic.solve import solve
from benchmarks.points import whole_plans

BEST = {"CVRP-tiny": 22, "MTVRPTWR-tiny": 134, "PCVRPTW-tiny": 116}
"""By trying every tour: 2-3 and 4; 2-3, then 4; and 2-3, with 4 left for its prize."""


def test_each_run_is_a_line_of_the_table_and_of_the_file(tmp_path: Path) -> None:
    folder, out = folder_of_sets(tmp_path / "sets"), tmp_path / "out" / "lines.jsonl"
    (folder / "CVRP" / "broken.vrp").write_text("TYPE : CVRP\n")
    arguments = ["pyvrp", str(folder), "--seconds", "0.5", "--out", str(out)]
    chosen = ["--engines", "pyvrp-alone,vroom-alone"]
    result = CliRunner().invoke(main, [*arguments, *chosen])
    assert result.exit_code == 0, result.output
    assert "passed over: broken.vrp" in result.output
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["instance"] for line in lines] == [name for name in BEST for _ in range(2)]
    ours = {line["instance"]: line for line in lines if line["solver"] == "pyvrp-alone"}
    assert {name: line["cost"] for name, line in ours.items()} == BEST
    assert all(line["gap_percent"] == 0 and not line["faults"] for line in ours.values())
    assert all(line["points"][-1][1] == line["cost"] for line in ours.values())
    assert {"date", "command", "machine"} <= set(ours["CVRP-tiny"]["run"])
    refused = [str(line["faults"]) for line in lines if line["solver"] == "vroom-alone"][1:]
    assert all("CannotState" in fault for fault in refused)
    assert "| `pyvrp-alone` | +0.00 | +0.00 | +0.00 |" in result.output


def test_our_search_finds_the_best_tours_with_prizes(tmp_path: Path) -> None:
    folder = folder_of_sets(tmp_path / "sets")
    arguments = ["pyvrp", str(folder), "--seconds", "0.5", "--only", "PCVRPTW-tiny,CVRP-tiny"]
    result = CliRunner().invoke(main, [*arguments, "--engines", "portfolio,ortools"])
    assert result.exit_code == 0, result.output
    assert "| `portfolio` | +0.00 | +0.00 |" in result.output
    assert "| `ortools` | +0.00 | +0.00 |" in result.output


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--engines", "magic", "no magic; there are portfolio"),
        ("--sets", "VRPB", "no VRPB; there are CVRP"),
        ("--only", "none-such", "no instance none-such"),
        ("--seeds", "one", "no list of whole numbers"),
    ],
)
def test_a_name_that_is_unknown_is_refused_with_those_there_are(
    tmp_path: Path, option: str, value: str, word: str
) -> None:
    folder = folder_of_sets(tmp_path / "sets")
    result = CliRunner().invoke(main, ["pyvrp", str(folder), option, value])
    assert result.exit_code != 0
    assert word in " ".join(result.output.split())


@pytest.mark.parametrize("solver", ["ortools-alone", "ortools-ils-alone", "pyvrp-alone"])
@pytest.mark.parametrize("name", BEST)
def test_a_peer_alone_finds_the_best_tours_of_three_customers(
    tmp_path: Path, solver: str, name: str
) -> None:
    folder = folder_of_sets(tmp_path / "sets")
    instance = read_instance(folder / name.removesuffix("-tiny") / f"{name}.vrp")
    found = solve(solver, instance, 0.5, 1, 1000)
    checked = check_tours(instance, found.tours)
    assert (checked.cost, checked.faults) == (BEST[name], ())
    assert found.points[-1][1] == checked.cost


def test_vroom_alone_serves_all_of_the_plain_set(tmp_path: Path) -> None:
    pytest.importorskip("vroom", reason="pyvroom is not installed")

    instance = instance_of(tmp_path, CVRP)
    checked = check_tours(instance, solve("vroom-alone", instance, 0.5, 1, 1000).tours)
    assert (checked.cost, checked.faults) == (22, ())
    with pytest.raises(CannotState, match="prices of customers"):
        solve("vroom-alone", instance_of(tmp_path, PRIZES), 0.5, 1, 1000)


def test_costs_of_plans_that_left_required_visits_are_no_points() -> None:
    points = [(1.0, 50), (2.0, 40), (3.0, 90), (4.0, 90), (5.0, 80), (6.0, 80)]
    assert whole_plans(points) == ((3.0, 90), (5.0, 80))
    assert whole_plans([]) == ()


def test_leaving_all_that_may_be_left_is_an_answer(tmp_path: Path) -> None:
    instance = instance_of(tmp_path, PRIZES.replace("3 0\n4 1", "3 5\n4 1"))
    ended = Ended(Found(()), None, 1.0, 10)
    run = judged(instance, "portfolio", ended, seed=1, known=135)
    assert (run.checked, run.faults, run.gap) == (Checked(0, 270, ()), (), 100.0)
    none = judged(instance, "portfolio", Ended(Found(None, note="too late"), None, 1.0, 10))
    assert (none.checked, none.faults, none.gap) == (None, ("no answer",), None)

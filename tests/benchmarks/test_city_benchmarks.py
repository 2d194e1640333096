"""The benchmarks of the generated city, and the pictures, on days of a few visits."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.city.growth import best_cost, growth_power, time_to_good
from benchmarks.pictures import mean_curve, thinned
from benchmarks.points import reached_s
from benchmarks.records import read_records


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_city_says_cost_first_plan_memory_and_violations(tmp_path: Path) -> None:
    out = tmp_path / "city.jsonl"
    arguments = ["city", "--visits", "12", "--seconds", "1", "--engines", "portfolio,pyvrp"]
    result = CliRunner().invoke(main, [*arguments, "--out", str(out)])
    assert result.exit_code == 0, result.output
    for line, solver in zip(_lines(out), ("portfolio", "pyvrp"), strict=True):
        assert (line["solver"], line["visits"], line["violations"]) == (solver, 12, 0)
        assert line["required_left"] == 0
        assert 0 < line["first_plan_s"] <= line["asked_to_answer_s"] < line["wall_s"]
        assert line["peak_mb"] > 50
        assert line["points"][-1][1] == pytest.approx(line["cost_eur"])
        assert f"| 12 | `{solver}` | {line['cost_eur']:.2f} |" in result.output


def test_growth_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    out = tmp_path / "growth.jsonl"
    options = ["--seconds", "0.5", "--engines", "pyvrp", "--out", str(out)]
    first = CliRunner().invoke(main, ["growth", "--visits", "8", *options])
    assert first.exit_code == 0, first.output
    whole = out.read_text()
    out.write_text(whole + whole[:50])  # as a kill or a full disk leaves a line
    result = CliRunner().invoke(main, ["growth", "--visits", "8,12", *options])
    assert result.exit_code == 0, result.output
    assert [line["visits"] for line in read_records(out, "city")] == [8, 12]
    assert "`pyvrp`: time to within 2 % grows as visits to the" in result.output


def test_a_cancelled_search_says_when_it_returned_and_with_what(tmp_path: Path) -> None:
    out = tmp_path / "cancel.jsonl"
    arguments = ["cancel", "--visits", "12", "--after", "1", "--out", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    (line,) = _lines(out)
    assert line["outcome"] == "no_solution" or line["outcome"].startswith("a plan of")
    assert 0 <= line["returned_after_s"] < 30
    assert f"| 12 | 1 | {line['returned_after_s']:.2f} |" in result.output


def test_time_to_good_is_told_from_the_best_of_all_runs() -> None:
    slow, quick = [(1.0, 120.0), (9.0, 100.0)], [(2.0, 103.0), (5.0, 101.0)]
    runs = [
        {"visits": 10, "cost_eur": 100.0, "required_left": 0, "points": slow},
        {"visits": 10, "cost_eur": 101.0, "required_left": 0, "points": quick},
        {"visits": 10, "cost_eur": 10.0, "required_left": 1, "points": [(1.0, 10.0)]},
        {"visits": 10, "cost_eur": None},
    ]
    best = best_cost(runs, 10)
    assert best == 100
    assert [time_to_good(run, best) for run in runs[:2]] == [9, 5]
    assert best_cost(runs, 20) is None
    assert reached_s([(1.0, 5.0)], 4.0) is None


def test_ten_times_the_visits_in_a_hundred_times_the_seconds_is_a_square() -> None:
    assert growth_power([(100, 0.2), (1000, 20.0)]) == pytest.approx(2)
    assert growth_power([(100, 0.2), (100, 0.3)]) is None


def test_a_mean_curve_begins_where_all_have_begun() -> None:
    curve = mean_curve([[(1.0, 10.0), (4.0, 2.0)], [(2.0, 8.0)]], 6.0)
    assert list(curve) == [(2.0, 9.0), (4.0, 5.0), (6.0, 5.0)]


def test_thinning_keeps_both_ends() -> None:
    kept = thinned(range(1000), 50)
    assert (len(kept), kept[0], kept[-1]) == (50, 0, 999)


def test_pictures_are_small_and_the_same_from_the_same_lines(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    steps = [[n / 10 + 1, 2000 - n] for n in range(900)]
    records = [
        {"benchmark": "pyvrp", "set": "CVRP", "instance": name, "solver": solver, "seconds": 95,
         "best_known": 1000, "faults": [], "points": steps}
        for name in ("a", "b") for solver in ("portfolio", "pyvrp-alone", "ortools-alone")
    ] + [
        {"benchmark": "city", "visits": size, "solver": "portfolio", "seconds": 95, "seed": 1,
         "cost_eur": 1101, "required_left": 0, "asked_to_answer_s": 99, "points": steps}
        for size in (300, 1000)
    ]  # fmt: skip
    lines.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    drawn = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        result = CliRunner().invoke(main, ["pictures", str(lines), "--out", str(folder)])
        assert result.exit_code == 0, result.output
        drawn.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert drawn[0] == drawn[1]
    assert set(drawn[0]) == {
        f"benchmark-{name}.svg" for name in ("pyvrp-cvrp", "city-300", "city-1000", "city-growth")
    }
    assert max(map(len, drawn[0].values())) < 100_000


def test_tables_set_solvers_beside_each_other_and_count_the_last_of_equal_runs(
    tmp_path: Path,
) -> None:
    lines = tmp_path / "lines.jsonl"
    run = {"run": {"date": "2026-11-25T10:00:00+00:00", "machine": "2 cores"}}
    gaps = [("a", "x", 1.0), ("a", "y", None), ("b", "x", 9.0), ("b", "x", 3.0), ("b", "y", 4.0)]
    records = [
        {"benchmark": "pyvrp", "set": "CVRP", "instance": name, "solver": solver, "seed": 1,
         "seconds": 60, "best_known": 10, "gap_percent": gap, **run}
        for name, solver, gap in gaps
    ] + [
        {"benchmark": "city", "visits": 300, "solver": "x", "seconds": 60, "seed": 1,
         "error": "killed after 9 s", "wall_s": 9.0, "peak_mb": 7, **run},
    ]  # fmt: skip
    lines.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    result = CliRunner().invoke(main, ["tables", str(lines)])
    assert result.exit_code == 0, result.output
    assert "| CVRP | b | 10 | +3.00 | +4.00 |" in result.output
    assert "| CVRP | mean |  | +2.00 | +4.00 (1 of 2) |" in result.output
    assert "| 300 | `x` | 1 | - | killed after 9 s |" in result.output
    assert "after 60 s, 2 cores; 2026-11-25." in result.output

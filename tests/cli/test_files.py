"""`binrounds solve` and `verify`: file in, file out."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from optimiser.cli import solve, verify

INSTANCES = Path(__file__).parents[2] / "fixtures" / "instances"


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = tmp_path_factory.mktemp("plans") / "plan.json"
    problem = INSTANCES / "unload_midroute.json"
    done = CliRunner().invoke(solve, [str(problem), "-o", str(plan), "--seconds", "1"])
    assert done.exit_code == 0, done.output
    assert "4 stops" in done.stdout
    return plan


def test_a_plan_written_by_solve_passes_verify(solved: Path) -> None:
    done = CliRunner().invoke(verify, [str(INSTANCES / "unload_midroute.json"), str(solved)])
    assert done.exit_code == 0
    assert done.stdout.startswith("The plan keeps every rule")


def test_a_plan_that_was_tampered_with_fails_verify_and_says_where(
    solved: Path, tmp_path: Path
) -> None:
    plan = json.loads(solved.read_text())
    plan["routes"][0]["steps"][1]["distance_m"] += 500
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(plan))
    command = [str(INSTANCES / "unload_midroute.json"), str(forged)]
    done = CliRunner().invoke(verify, command)
    assert done.exit_code == 1
    assert "leg_distance (truck small-1, step 1)" in done.stdout
    machine = CliRunner().invoke(verify, [*command, "--json"])
    codes = {each["code"] for each in json.loads(machine.stdout)["violations"]}
    assert "leg_distance" in codes


@pytest.mark.parametrize(
    ("text", "words"),
    [("{}", "service_date"), ("", "Invalid JSON"), ('{"a": NaN}', "service_date")],
)
def test_a_wrong_problem_is_one_clear_line_and_exit_code_one(
    text: str, words: str, tmp_path: Path
) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(text)
    done = CliRunner().invoke(solve, [str(problem)])
    assert done.exit_code == 1
    assert words in done.stderr
    assert "Traceback" not in done.output
    machine = CliRunner().invoke(solve, [str(problem), "--json"])
    assert json.loads(machine.stderr)["error"]["code"] == "invalid_problem"


def test_a_missing_file_and_a_senseless_time_are_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(solve, [str(tmp_path / "none.json")])
    assert done.exit_code == 1
    assert "none.json" in done.stderr
    done = CliRunner().invoke(solve, [str(INSTANCES / "one_bin.json"), "--seconds", "-3"])
    assert done.exit_code == 1
    assert "seconds -3.0" in done.stderr


def test_a_plan_that_could_not_be_written_is_told_before_the_search(tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "plan.json"
    command = [str(INSTANCES / "one_bin.json"), "--seconds", "3600", "-o", str(out)]
    done = CliRunner().invoke(solve, command)
    assert done.exit_code == 1
    assert "there is no folder" in done.stderr


def test_verify_says_which_of_its_files_is_wrong(tmp_path: Path) -> None:
    problem = str(INSTANCES / "one_bin.json")
    swapped = CliRunner().invoke(verify, [problem, problem])
    assert swapped.stderr.startswith(f"Error: {problem}: timezone")
    missing = CliRunner().invoke(verify, [problem, str(tmp_path / "none.json")])
    assert missing.stderr == f"Error: {tmp_path / 'none.json'}: No such file or directory\n"


def test_a_byte_order_mark_before_a_plan_or_a_problem_does_no_harm(
    solved: Path, tmp_path: Path
) -> None:
    marked = []
    for path in (INSTANCES / "unload_midroute.json", solved):
        marked.append(str(tmp_path / path.name))
        Path(marked[-1]).write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert CliRunner().invoke(verify, marked).exit_code == 0


def test_a_file_that_is_no_json_is_not_repeated_as_bytes(tmp_path: Path) -> None:
    problem = tmp_path / "problem.json"
    problem.write_bytes(b"\x80\x81")
    done = CliRunner().invoke(solve, [str(problem)])
    assert "Invalid JSON" in done.stderr
    assert "given" not in done.stderr

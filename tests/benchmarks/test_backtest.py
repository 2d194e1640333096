"""The backtest command: on generated cities, and on a city's own files."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.backtest import command
from fixtures.city import make_city
from fixtures.files import write_city

UNTIL = datetime.fromisoformat("2026-11-24T04:00:00+01:00")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("history") / "city"
    write_city(make_city(5, UNTIL, bins=60, days=45), made)
    return made


def test_a_citys_own_files_are_forecast_better_than_by_the_last_value(folder: Path) -> None:
    found = CliRunner().invoke(command, ["--history", str(folder)])
    assert found.exit_code == 0, found.output
    gains = [float(each) for each in re.findall(r"ours ([+-][0-9.]+) %", found.output)]
    assert len(gains) == 3
    assert max(gains) < -10


def test_generated_cities_are_forecast_and_their_sensors_judged() -> None:
    found = CliRunner().invoke(command, ["--seeds", "9", "--bins", "40"])
    assert found.exit_code == 0, found.output
    assert "90 % interval covers" in found.output
    assert "good sensors taken for faulty" in found.output


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    found = CliRunner().invoke(command, ["--history", str(tmp_path)])
    assert found.exit_code == 1
    assert "no file is named" in found.output


def test_too_short_a_history_is_refused(tmp_path: Path) -> None:
    write_city(make_city(5, UNTIL, bins=3, days=4), tmp_path)
    found = CliRunner().invoke(command, ["--history", str(tmp_path)])
    assert "a backtest needs 10 or more" in found.output

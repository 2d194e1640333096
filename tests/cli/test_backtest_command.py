"""`binrounds backtest`: scores of the forecast on a city's own history."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import main
from fixtures.city import make_city
from fixtures.files import write_city

UNTIL = datetime.fromisoformat("2026-11-24T04:00:00+01:00")


def backtest(*options: str) -> Any:
    return CliRunner().invoke(main, ["backtest", *options])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    write_city(make_city(5, UNTIL, bins=25, days=20), folder)
    return folder


def test_a_city_s_files_and_the_service_s_own_database_give_the_same_scores(
    city: Path, db_url: str
) -> None:
    env = {"BINROUNDS_DATABASE_URL": db_url}
    from_files = backtest("--city", str(city), "--times", "2", "--json")
    assert CliRunner().invoke(main, ["import", str(city)], env=env).exit_code == 0
    from_database = CliRunner().invoke(main, ["backtest", "--times", "2", "--json"], env=env)
    assert from_files.exit_code == 0, from_files.output
    assert from_database.output == from_files.output


def test_errors_coverage_and_calibration_are_told_beside_simple_forecasts(city: Path) -> None:
    done = backtest("--city", str(city), "--times", "8", "--json")
    found = json.loads(done.output)
    assert [each["horizon_h"] for each in found["errors"]] == [24, 48, 72]
    for each in found["errors"]:
        assert each["cases"] > 30
        assert each["ours"] < min(each["rivals"].values())
    overall = found["coverage"][0]
    assert overall["group"] == "overall"
    assert 0.8 < overall["inside"] < 1
    assert sum(each["cases"] for each in found["calibration"]) == overall["cases"]
    tables = backtest("--city", str(city), "--times", "1").output
    for words in ("Mean absolute error", "The 90 % interval held", "Chance of overflow"):
        assert words in tables


def test_too_short_a_history_and_a_folder_without_files_are_refused(tmp_path: Path) -> None:
    empty = backtest("--city", str(tmp_path))
    write_city(make_city(5, UNTIL, bins=3, days=4), tmp_path)
    short = backtest("--city", str(tmp_path), "--json")
    assert (empty.exit_code, short.exit_code) == (1, 1)
    assert "no file is named" in empty.output
    assert "a backtest needs 10 or more" in short.output

"""`binrounds simulate`: bad input is named, and a small comparison writes its files."""

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


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_city(make_city(1, UNTIL, bins=12, days=4), folder)
    return folder


def simulate(*options: str, city: Path, out: Path) -> Any:
    words = ["simulate", "--city", str(city), "--out", str(out), *options]
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--days", "0"], "0 is not in the range"),
        (["--seeds", "0"], "'0' is not a number of seeds"),
        (["--seeds", "5-1"], "'5-1' is not a number of seeds"),
        (["--seeds", "3,3"], "'3,3' is not a number of seeds"),
        (["--seconds", "0"], "0.0 is not in the range"),
        (["--without-sensor", "1.5"], "1.5 is not in the range"),
        (["--policies", "luck"], "no policy 'luck'"),
        (["--policies", ","], "names no policy"),
        (["--policies", "no_such_module:choose"], "no_such_module"),
        (["--set", "required_chance=2"], "required_chance"),
        (["--set", "colour=red"], "colour"),
        (["--from", "yesterday"], "'yesterday' is no date"),
    ],
)
def test_bad_options_are_named(options: list[str], named: str, city: Path, tmp_path: Path) -> None:
    done = simulate(*options, city=city, out=tmp_path / "out")

    assert done.exit_code != 0
    assert named in done.output


def test_a_folder_that_is_not_there_or_holds_no_city_is_named(city: Path, tmp_path: Path) -> None:
    nowhere = simulate(city=tmp_path / "nowhere", out=tmp_path)
    empty = simulate(city=tmp_path, out=tmp_path)
    (tmp_path / "bins.csv").write_bytes((city / "bins.csv").read_bytes())
    bins_only = simulate(city=tmp_path, out=tmp_path)

    assert f"{tmp_path / 'nowhere'}: there is no such folder" in nowhere.output
    assert "no file is named" in empty.output
    assert "the city has no depots" in bins_only.output


def test_a_comparison_writes_table_and_report_and_goes_on_when_called_again(
    city: Path, tmp_path: Path
) -> None:
    options = ["--days", "2", "--warm-up", "0", "--rounds", "5", "--policies", "prize"]
    first = simulate(*options, "--seeds", "1", "--json", city=city, out=tmp_path)
    report = (tmp_path / "report.html").read_text()
    again = simulate(*options, "--seeds", "1", "--json", city=city, out=tmp_path)

    assert first.exit_code == 0, first.output
    assert again.output == first.output
    names = {row["measure"] for row in json.loads(first.output)["measures"]}
    assert {"km", "cost_eur", "service_level"} <= names
    assert (tmp_path / "report.html").read_text() == report
    assert len((tmp_path / "days.csv").read_text().splitlines()) == 3

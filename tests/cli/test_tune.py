"""`binrounds tune`: bad input is named, and the best parameters are told."""

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
QUICK = (
    "--days",
    "1",
    "--warm-up",
    "0",
    "--rounds",
    "5",
    "--seeds",
    "1",
    "--policies",
    "threshold",
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_city(make_city(1, UNTIL, bins=12, days=4), folder)
    return folder


def tune(*options: str, city: Path, out: Path) -> Any:
    words = ["tune", "--city", str(city), "--out", str(out), *QUICK, *options]
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--try", "threshold=high"], "threshold=high"),
        (["--try", "threshold=7"], "threshold"),
        (["--policies", "luck"], "no policy 'luck'"),
        (["--service-level", "101"], "101.0 is not in the range"),
        (["--set", "colour=red"], "colour"),
    ],
)
def test_bad_options_are_named(options: list[str], named: str, city: Path, tmp_path: Path) -> None:
    done = tune(*options, city=city, out=tmp_path / "out")

    assert done.exit_code != 0
    assert named in done.output


def test_the_best_parameters_are_told_for_people_and_for_machines(
    city: Path, tmp_path: Path
) -> None:
    tried = ("--try", "threshold=0.3,0.9", "--service-level", "0")
    told = tune(*tried, "--json", city=city, out=tmp_path)
    shown = tune(*tried, city=city, out=tmp_path)

    assert told.exit_code == 0, told.output
    found = json.loads(told.output)
    assert [each["values"] for each in found["trials"]] == [{"threshold": 0.3}, {"threshold": 0.9}]
    (best,) = found["best"]
    assert best["cost_eur"] == min(each["cost_eur"] for each in found["trials"])
    assert f"threshold: --set threshold={best['values']['threshold']:g}" in shown.output

"""The README's commands are run as written, and their answers compared with those it shows."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from api.config import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
BIN = Path(sys.executable).parent
README_PLAN = "01m85x0vt64048z8ayjqpstggk"
README_DATE = "2026-11-24"

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")


def run(command: str, **environment: str) -> str:
    """A shell command from the README, in the repository, with this Python's programs."""
    done = subprocess.run(
        ["sh", "-ec", command.replace(".venv/bin/", f"{BIN}/")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def test_both_first_commands_are_targets_of_the_makefile() -> None:
    language, text = BLOCKS[0]
    commands = [line.split("#")[0].strip() for line in text.splitlines()]
    assert (language, commands) == ("sh", ["make run", "make test"])
    for command in commands:
        run(f"{command} --dry-run")


def test_the_file_commands_answer_what_the_readme_shows(tmp_path: Path) -> None:
    shown = [
        (text, answer)
        for (language, text), (kind, answer) in pairwise(BLOCKS)
        if language == "sh" and kind == "text"
    ]
    assert len(shown) == 2
    for command, answer in shown:
        assert stripped(run(command.replace("plan.json", f"{tmp_path}/plan.json"))) == (
            stripped(answer)
        )


def test_the_commands_for_a_city_of_ones_own_run_as_written(tmp_path: Path) -> None:
    (block,) = (text for language, text in BLOCKS if language == "sh" and "FOLDER" in text)
    importing, making_a_key, serving = block.strip().splitlines()
    environment = {"BINROUNDS_DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    run(f".venv/bin/python -m fixtures city --seed 1 --until 2026-11-24T00:00:00Z "
        f"--bins 20 --days 2 --out {tmp_path}/city")  # fmt: skip
    assert "20" in run(importing.replace("FOLDER", f"{tmp_path}/city"), **environment)
    assert "br_" in run(making_a_key, **environment)
    assert run(f"{serving} --help", **environment).startswith("Usage: binrounds serve")


def test_every_setting_in_the_readme_has_the_default_that_it_shows() -> None:
    rows = re.findall(r"^\| `BINROUNDS_(\w+)` \| `(.+?)` \|", README, flags=re.MULTILINE)
    fields = Settings.model_fields
    assert len(rows) >= 4
    for name, default in rows:
        assert str(fields[name.lower()].default).removesuffix(".0") == default


def test_every_file_that_the_readme_links_to_is_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and dispatcher's key of a server with the demonstration city."""
    folder = tmp_path_factory.mktemp("city")
    environment = {
        "BINROUNDS_DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "BINROUNDS_SOLVE_SECONDS": "4",
    }
    run(
        f".venv/bin/python -m fixtures city --seed 1 "
        f"--until {datetime.now(UTC).isoformat()} --out {folder}/city"
    )
    run(f".venv/bin/binrounds import {folder}/city", **environment)
    server = subprocess.Popen(
        [f"{BIN}/binrounds", "serve", "--port", "0", "--demo"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
    )
    assert server.stdout is not None
    lines = []
    for line in server.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    greeting = "".join(lines)
    address = re.search(r"http://127\.0\.0\.1:\d+", greeting)
    key = re.search(r"dispatcher\s+(br_\S+)", greeting)
    assert address, greeting
    assert key, greeting
    yield address[0], key[1]
    server.terminate()
    server.communicate(timeout=20)


@needs_curl
def test_the_requests_of_the_readme_get_answers_of_the_shape_it_shows(
    city: tuple[str, str],
) -> None:
    address, key = city
    asking, polling, fetching = (text for _, text in BLOCKS if text.startswith("curl"))
    status, plan = (json.loads(text) for kind, text in BLOCKS if kind == "json")

    def ask(command: str, plan_id: str) -> str:
        today = datetime.now(UTC).date().isoformat()
        given = {"http://127.0.0.1:8000": address, README_PLAN: plan_id, README_DATE: today}
        for shown, real in given.items():
            command = command.replace(shown, real)
        return run(command, KEY=key)

    started = ask(asking, "")
    assert started.startswith("HTTP/1.1 202")
    location = re.search(r"^Location: /v1/plans/(\S+)", started, flags=re.MULTILINE)
    assert location, started
    deadline = time.monotonic() + 50
    answer = json.loads(ask(polling, location[1]))
    while answer["status"] in {"queued", "running"} and time.monotonic() < deadline:
        time.sleep(0.3)
        answer = json.loads(ask(polling, location[1]))
    assert answer["status"] == "done"
    assert_shape(status, answer)
    assert_shape(plan, json.loads(ask(fetching, location[1])))


def assert_shape(shown: Any, real: Any) -> None:
    """Every field shown is in the real answer, with the same kind of value."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in real
            assert_shape(value, real[name])
    elif isinstance(shown, list):
        assert real
        for value in shown:
            assert_shape(value, next(each for each in real if _alike(value, each)))
    elif shown is not None:
        assert isinstance(real, type(shown) if not isinstance(shown, float) else int | float)


def _alike(shown: Any, real: Any) -> bool:
    """Steps are compared with steps of their kind, bins left with those of their code."""
    if not isinstance(shown, dict):
        return True
    return all(real.get(name) == shown[name] for name in ("kind", "code") if name in shown)

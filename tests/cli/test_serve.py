"""`binrounds serve` as a real process: it migrates, answers, plans, and ends cleanly."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.store.database import Database
from api.store.schema import migrate
from api.usecases.fleets import MAIN
from small_city import fill_city

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0"]
GREETING = re.compile(r"binrounds serves (http://127\.0\.0\.1:\d+)")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'db.sqlite3'}"


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    db = Database(url).of(MAIN)
    migrate(db)
    fill_city(db)
    db.close()
    environment = {**os.environ, "BINROUNDS_DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*COMMAND, "--demo"], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    )
    yield process
    process.terminate()
    process.communicate(timeout=20)


def _greeting(server: subprocess.Popen[str]) -> tuple[str, str]:
    """The address, and the dispatcher's key."""
    assert server.stdout is not None
    address = key = ""
    for line in server.stdout:
        if found := GREETING.search(line):
            address = found[1]
        if line.strip().startswith("dispatcher"):
            key = line.split()[1]
        if "Ctrl-C" in line:
            break
    return address, key


def _ask(address: str, key: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(address, data, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_serve_answers_and_plans_and_ends_on_sigterm(server: subprocess.Popen[str]) -> None:
    address, key = _greeting(server)
    day = datetime.now(UTC).date().isoformat()
    plan = _ask(f"{address}/v1/plans", key, {"service_date": day, "seconds": 5, "solutions": 1})
    deadline = time.monotonic() + 30
    while plan["status"] in ("queued", "running") and time.monotonic() < deadline:
        time.sleep(0.1)
        plan = _ask(f"{address}/v1/plans/{plan['id']}", key)
    assert plan["status"] == "done"
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=20) == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/livez", timeout=2)


def test_a_taken_port_is_one_clear_line(url: str) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        environment = {**os.environ, "BINROUNDS_DATABASE_URL": url}
        done = subprocess.run(
            [*COMMAND[:-1], port],
            capture_output=True,
            text=True,
            env=environment,
            cwd=ROOT,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: cannot listen on 127.0.0.1:{port}")
    assert done.stderr.count("\n") == 1

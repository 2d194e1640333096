"""Streams of the real web server: a client that reads nothing is cut off and holds no thread."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from http_scene import NOW, an_event

from api.store.database import Database
from api.usecases.driver.events import from_document
from api.usecases.driver.sync import record_events
from api.usecases.fleets import MAIN
from api.usecases.keys import Principal

ROOT = Path(__file__).parents[2]
DRIVER = Principal("k", "driver", "Kim", truck_id="T1")
SLOW_SETTINGS = {
    "BINROUNDS_STREAM_S": "60",
    "BINROUNDS_STREAM_SEND_S": "1",
    "BINROUNDS_STREAM_LOOK_S": "0.05",
}


@pytest.fixture
def port(town_template: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[int]:
    """A server with four threads, so two streams, and 8 MB of reports to tell."""
    path = tmp_path / "town.sqlite3"
    shutil.copy(town_template[0], path)
    fill(f"sqlite:///{path}", town_template[1]["plan_id"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    options = ["--bind", f"127.0.0.1:{number}", "--worker-class", "gthread", "--threads", "4"]
    quiet = ["--no-control-socket", "--graceful-timeout", "1", "--log-level", "critical"]
    environment = {
        **os.environ,
        **SLOW_SETTINGS,
        "BINROUNDS_THREADS": "4",
        "BINROUNDS_DATABASE_URL": f"sqlite:///{path}",
    }
    command = [sys.executable, "-m", "gunicorn", *options, *quiet, "api.wsgi:app()"]
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        wait_for(number)
        yield number
    finally:
        server.terminate()
        server.wait(timeout=20)


def fill(url: str, plan_id: str) -> None:
    db = Database(url).of(MAIN)
    for batch in range(4):
        events = [
            from_document(
                an_event(plan_id, "B1", kind="problem", code="other", note="x" * 2000)
                | {"id": f"0190b6a0-0000-7000-8000-{batch * 1000 + n:012x}"}
            )
            for n in range(1000)
        ]
        record_events(db, events, principal=DRIVER, now=NOW)
    db.close()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            return alive(port)
        except OSError:
            time.sleep(0.1)
    raise TimeoutError


def alive(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", "/livez")
        assert connection.getresponse().status == 200


def deaf_client(port: int, plan_id: str, key: str) -> socket.socket:
    """Asks for a stream from the start, sees it begin, and reads nothing more."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    asked = f"GET /v1/plans/{plan_id}/events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 0\r\n"
    client.sendall(f"{asked}Authorization: Bearer {key}\r\n\r\n".encode())
    client.settimeout(10)
    assert client.recv(12) == b"HTTP/1.1 200"
    return client


def status_of_a_stream(port: int, plan_id: str, key: str) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        headers = {"Authorization": f"Bearer {key}"}
        connection.request("GET", f"/v1/plans/{plan_id}/events", headers=headers)
        return connection.getresponse().status


def test_clients_that_read_nothing_are_cut_off_and_others_are_served_all_the_time(
    port: int, town_template: tuple[Path, dict[str, str]]
) -> None:
    plan_id, key = town_template[1]["plan_id"], town_template[1]["dispatcher"]
    deaf = [deaf_client(port, plan_id, key) for _ in range(2)]
    assert status_of_a_stream(port, plan_id, key) == 503
    deadline = time.monotonic() + 20
    while status_of_a_stream(port, plan_id, key) == 503:
        assert time.monotonic() < deadline
        alive(port)
        time.sleep(0.2)
    for each in deaf:
        each.close()


def test_a_client_that_reads_gets_every_report_in_order(
    port: int, town_template: tuple[Path, dict[str, str]]
) -> None:
    plan_id, key = town_template[1]["plan_id"], town_template[1]["dispatcher"]
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        headers = {"Authorization": f"Bearer {key}", "Last-Event-ID": "3000"}
        connection.request("GET", f"/v1/plans/{plan_id}/events", headers=headers)
        answer = connection.getresponse()
        kind, numbers = "", []
        while not numbers or numbers[-1] < 4000:
            line = answer.readline().decode()
            if line.startswith("event: "):
                kind = line.removeprefix("event: ").strip()
            if line.startswith("data: ") and kind == "report":
                numbers.append(json.loads(line.removeprefix("data: "))["seq"])
    assert numbers == list(range(3001, 4001))

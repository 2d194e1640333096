"""The nginx of the compose file before our gunicorn: all that is refused is problem+json."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIG = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text(encoding="utf-8")
SERVE = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--web-only"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail(f"nobody listens on {port}")


class Front:
    """nginx, or the web server itself, and a way to say anything to it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def say(self, raw: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(raw)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return answer.status, answer.headers, answer.read()

    def refusal(self, raw: bytes) -> str:
        """The code of the refusal, which has the one shape of all."""
        status, headers, body = self.say(raw)
        assert headers["Content-Type"].split(";")[0] == "application/problem+json", body
        found = json.loads(body)
        assert found["status"] == status
        assert found["request_id"] == headers["X-Request-Id"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        return str(found["code"])


@pytest.fixture(scope="module")
def web(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    database = tmp_path_factory.mktemp("web") / "db.sqlite3"
    shutil.copy(sqlite_template, database)
    port = _free_port()
    environment = {**os.environ, "BINROUNDS_DATABASE_URL": f"sqlite:///{database}"}
    process = subprocess.Popen([*SERVE, "--port", str(port)], env=environment, cwd=ROOT)
    _wait_for(port)
    yield Front(port)
    process.terminate()
    assert process.wait(timeout=30) == 0


def _nginx(folder: Path, upstream: int) -> Iterator[Front]:
    if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.skip("nginx is not on this machine")
    port = _free_port()
    changed = {
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "web:8000": f"127.0.0.1:{upstream}",
        "/tmp/": f"{folder}/",
        "worker_processes auto;": "worker_processes 1; daemon off;",
    }
    text = CONFIG
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text)
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    process = subprocess.Popen([str(program), "-p", str(folder), "-c", f"{folder}/nginx.conf"])
    try:
        _wait_for(port)
        yield Front(port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def front(web: Front, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    yield from _nginx(tmp_path_factory.mktemp("nginx"), web.port)


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Front]:
    """With nobody behind it."""
    yield from _nginx(tmp_path, _free_port())


def _get(path: str, *headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


NO_HTTP = {
    "a line too long": _get("/" + "a" * 9000),
    "a header too long": _get("/livez", "X-A: " + "a" * 9000),
    "too many headers": _get("/livez", *(f"X-{number}: {'a' * 400}" for number in range(120))),
    "no such version": b"GET /livez HTTP/9.9\r\nHost: x\r\n\r\n",
    "no HTTP": b"hello\r\n\r\n",
    "a bad length": b"POST /v1/plans HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a bad header": b"GET /livez HTTP/1.1\r\nHost: x\r\nB@d: \x00\r\n\r\n",
}


@pytest.mark.parametrize("raw", NO_HTTP.values(), ids=NO_HTTP)
@pytest.mark.parametrize("whom", ["web", "front"])
def test_what_is_no_http_is_a_bad_request(
    request: pytest.FixtureRequest, whom: str, raw: bytes
) -> None:
    asked: Front = request.getfixturevalue(whom)
    assert asked.refusal(raw) == "bad_request"


def test_answers_of_the_service_come_through_as_they_are(front: Front) -> None:
    status, headers, body = front.say(_get("/livez"))
    assert (status, json.loads(body)) == (200, {"status": "alive"})
    assert front.refusal(_get("/nothing-here")) == "unknown_path"
    assert front.refusal(_get("/v1/plans")) == "unauthenticated"
    status, headers, _ = front.say(_get("/v1/plans", "X-Request-Id: my-own"))
    assert (status, headers["X-Request-Id"]) == (401, "my-own")


def test_a_body_too_large_is_refused_before_it_is_sent(front: Front) -> None:
    length = 22 * 2**20
    head = f"POST /v1/readings HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n"
    assert front.refusal(head.encode()) == "body_too_large"


def test_a_web_server_that_is_gone_is_not_ready(lonely: Front) -> None:
    assert lonely.refusal(_get("/v1/plans")) == "not_ready"
    _, headers, _ = lonely.say(_get("/v1/plans"))
    assert headers["Retry-After"] == "2"


def test_live_streams_come_through_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as upstream:
        for front in _nginx(tmp_path, upstream.getsockname()[1]):
            client = socket.create_connection(("127.0.0.1", front.port), timeout=20)
            client.sendall(_get("/v1/plans/x/events"))
            server, _ = upstream.accept()
            server.recv(65_536)
            server.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nid: 1\n\n")
            got = b""
            while b"id: 1\n\n" not in got:
                got += client.recv(65_536)  # while the server has not ended its answer
            server.close()
            client.close()

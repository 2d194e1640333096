"""The service's own web server over a database, and a sensor backend's connection to it."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click

from api.cli.supervisor import free_port
from api.store.database import Database
from api.usecases.fleets import MAIN
from api.usecases.keys import create_key

_STARTED_WITHIN_S = 30.0


class Backend:
    """Sends batches over one connection, with a key."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def send(self, body: bytes) -> Any:
        """What the service says of a batch. Raises ClickException unless it says 200."""
        self._connection.request("POST", "/v1/readings", body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != http.client.OK:
            raise click.ClickException(f"{answer.status}: {text[:500]!r}")
        return json.loads(text)


@contextmanager
def served(url: str) -> Iterator[Backend]:
    """A web process as `binrounds serve` starts it, without limits of requests."""
    db = Database(url).of(MAIN)
    key = create_key(db, role="sensor", sensor_prefix="", now=datetime.now(UTC)).secret
    db.close()
    port = free_port("127.0.0.1", 0)
    options = ("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8")
    quiet = ("--log-level", "warning", "--no-control-socket", "--keep-alive", "60")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, *quiet, "api.wsgi:app()"],
        env={**os.environ, "BINROUNDS_DATABASE_URL": url, "BINROUNDS_REQUESTS_PER_S": "0"},
    )
    try:
        _wait(port)
        yield Backend(port, key)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + _STARTED_WITHIN_S
    while time.monotonic() < deadline:
        try:
            probe = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
            probe.request("GET", "/livez")
            if probe.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise click.ClickException("the web server did not start")

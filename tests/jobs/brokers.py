"""Brokers for tests: RabbitMQ and Redis where they answer, and a Redis of the test's own.

Each test has a queue of its own, and takes it away at its end.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from kombu import Connection

RABBITMQ = os.environ.get("BINROUNDS_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")
REDIS = os.environ.get("BINROUNDS_TEST_REDIS", "redis://127.0.0.1:6379/0")
BROKERS = {"rabbitmq": RABBITMQ, "redis": REDIS}


@pytest.fixture(params=sorted(BROKERS))
def broker_url(request: pytest.FixtureRequest) -> str:
    return _answering(request.param)


@pytest.fixture
def rabbitmq_url() -> str:
    return _answering("rabbitmq")


def _answering(name: str) -> str:
    url = BROKERS[name]
    with Connection(url, connect_timeout=2) as connection:
        try:
            connection.ensure_connection(max_retries=1, interval_start=0)
        except connection.connection_errors as error:
            variable = f"BINROUNDS_TEST_{name.upper()}"
            pytest.skip(f"no {name} answers at {connection.as_uri()} ({variable}): {error}")
    return url


@pytest.fixture
def queue() -> Iterator[str]:
    """A queue's name, and nothing of that name is left afterwards."""
    name = f"binrounds.test.{uuid4().hex}"
    yield name
    for url in BROKERS.values():
        _take_away(url, name)


def _take_away(url: str, name: str) -> None:
    with Connection(url, connect_timeout=2) as connection:
        try:
            channel = connection.default_channel
            if url.startswith("redis"):
                for key in channel.client.scan_iter(f"{name}*"):
                    channel.client.delete(key)
            else:
                channel.queue_delete(name)
                channel.exchange_delete(name)
        except connection.connection_errors:
            return  # it was skipped for the same reason


class OwnRedis:
    """A Redis that a test may stop and start again. It keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        options = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", ""]
        command = ["redis-server", *options, "--dir", str(self._folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        pytest.fail("the test's own Redis did not start")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """Not started yet."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not on this machine")
    made = OwnRedis(tmp_path)
    yield made
    made.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

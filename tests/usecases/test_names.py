"""Who is gone, as far as can be told from here."""

import os
import socket
import subprocess
import sys

import pytest

from api.usecases.names import is_gone, worker_name

ASK = "from api.usecases.names import worker_name; print(worker_name())"


def test_a_process_that_lives_is_not_gone_and_one_that_ended_is() -> None:
    assert not is_gone(worker_name())
    ended = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    name = ended.stdout.strip()
    assert name.startswith(f"{socket.gethostname()}:")
    assert name.rpartition(":")[2] == worker_name().rpartition(":")[2]
    assert is_gone(name) == (sys.platform == "linux")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "elsewhere",
        "host:4194303",  # as they were called once
        "host:4194303:",
        "host:4194303:another place",
        f"host:x:{worker_name().rpartition(':')[2]}",
        f"host:{10**30}:{worker_name().rpartition(':')[2]}",
        f"host:{os.getppid()}:{worker_name().rpartition(':')[2]}",
    ],
)
def test_who_is_elsewhere_or_cannot_be_told_is_not_gone(name: str) -> None:
    assert not is_gone(name)

"""`binrounds serve` as a tree of processes, each of which may be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import requests

from benchmarks.faults.processes import children, command, end, family

Part = Literal["web", "server", "worker", "solver", "machine"]

_READY_WITHIN_S = 60.0
_ENDED_WITHIN_S = 30.0
_SERVE = (sys.executable, "-c", "from api.cli import main; main()", "serve")


class Served:
    """A service on a database and a port. Its log is appended to a file."""

    def __init__(self, url: str, port: int, log: Path, settings: dict[str, str]) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._command = [*_SERVE, "--port", str(port)]
        self._log = log
        self._environment = {
            **os.environ,
            "BINROUNDS_DATABASE_URL": url,
            "BINROUNDS_REQUESTS_PER_S": "0",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env=self._environment
            )

    def pids(self, part: Part) -> list[int]:
        """The processes of a part, none while it is not there."""
        if self._process is None or self._process.poll() is not None:
            return []
        top = self._process.pid
        if part == "machine":
            return [top, *family(top)]
        if part in ("web", "server"):
            servers = [pid for pid in children(top) if "gunicorn" in command(pid)]
            return servers if part == "server" else [w for each in servers for w in children(each)]
        workers = [pid for pid in children(top) if "api.jobs" in command(pid)]
        if part == "worker":
            return workers
        return [s for each in workers for s in children(each) if "spawn_main" in command(s)]

    def kill(self, part: Part) -> int:
        """Kill -9; how many processes were killed."""
        pids = self.pids(part)
        end(pids)
        if part == "machine" and self._process is not None:
            self._process.wait()
        return len(pids)

    def await_ready(self, *, killed: Collection[int] = ()) -> None:
        """Wait until it says that it is, and no server of those `killed` is the newest: what one
        left behind may still answer. Raises RuntimeError if it never does.
        """
        deadline = time.monotonic() + _READY_WITHIN_S
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"the service ended by itself: {self._last_words()}")
            try:
                anew = set(self.pids("server")) - set(killed)
                if anew and requests.get(f"{self.address}/readyz", timeout=2).status_code == 200:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.05)
        raise RuntimeError(f"not ready after {_READY_WITHIN_S:g} s: {self._last_words()}")

    def stop(self) -> None:
        """Ask it to end; kill it if it does not."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=_ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.kill("machine")

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-1500:]

"""A PostgreSQL server of the benchmark's own, which may be killed."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from benchmarks.faults.processes import command, end, family

_ROOT = 0
_PROGRAMS = ("initdb", "pg_ctl")
_DEBIAN = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder with PostgreSQL's own programs, or None if they are not on this machine."""
    folders = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep)]
    folders += sorted(_DEBIAN.glob("*/bin"), reverse=True)
    return next((each for each in folders if all((each / p).exists() for p in _PROGRAMS)), None)


class OwnPostgres:
    """A server on a free port of 127.0.0.1, in a folder of its own; as a context manager.

    Run by root it belongs to the user `nobody`, since PostgreSQL refuses to run as root.
    """

    def __init__(self, folder: Path) -> None:
        self._programs = folder
        self._folder = Path(tempfile.mkdtemp(prefix="binrounds-postgresql-"))
        self._data = self._folder / "data"
        self._user = "nobody" if os.geteuid() == _ROOT else None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> Self:
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, after a kill too: it then recovers from its log first."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -k {self._folder}"
        log = str(self._folder / "log")
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", log, "--options", options)

    def pids(self) -> list[int]:
        """The server's process first, then its children."""
        try:
            first = int((self._data / "postmaster.pid").read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return []
        return [first, *family(first)]

    def backends(self) -> list[int]:
        """The processes that serve a connection each."""
        return [pid for pid in self.pids()[1:] if "127.0.0.1(" in command(pid)]

    def kill(self) -> None:
        """Kill -9 of all its processes at once."""
        end(self.pids())

    def _run(self, program: str, *arguments: str) -> None:
        whole = [str(self._programs / program), "-D", str(self._data), *arguments]
        for attempt in range(3):  # a killed server's memory may be in use for a moment
            done = subprocess.run(
                whole,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                user=self._user,
                cwd="/",
                check=False,
            )
            if done.returncode == 0:
                return
            time.sleep(0.5 * (attempt + 1))
        log = self._folder / "log"
        told = log.read_text()[-1000:] if log.exists() else ""
        raise RuntimeError(f"{program} ended with {done.returncode}: {told}")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

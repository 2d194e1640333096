"""Runs the web server, and mostly a worker beside it, and ends both together."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from api.cli.common import Refused
from api.config import Settings

_STARTED_WITHIN_S = 30.0
_ENDED_WITHIN_S = 15.0
_LOOK_S = 0.1
_RESTART_AFTER_S = 1.0
_PR_SET_PDEATHSIG = 1


def free_port(host: str, port: int) -> int:
    """The port, or a free one for 0. Raises Refused if somebody else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            text = f"cannot listen on {host}:{port}: {error.strerror}; choose another with --port"
            raise Refused("port_in_use", text) from None
        return int(probe.getsockname()[1])


class Supervisor:
    """Two child processes: gunicorn with threads, and the local worker if there is to be one.

    One that dies is started again; a plan of a dead worker waits for its lease and is then taken
    up. A server that dies before it has answered ends everything with its exit code.
    """

    def __init__(
        self, host: str, port: int, settings: Settings, *, with_worker: bool = True
    ) -> None:
        self._host, self._port, self._settings = host, port, settings
        self._with_worker = with_worker
        self._stopping = False

    def run(self, *, on_ready: Callable[[], None]) -> int:
        """Serve until SIGTERM or SIGINT; the exit code."""
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._stop)
        server = self._start_server()
        worker = self._start_worker() if self._with_worker else None
        try:
            self._await(server)
            if self._up(server):
                on_ready()
            while self._up(server):
                time.sleep(_LOOK_S)
                if not self._stopping and server.poll() is not None:
                    _kill_group(server)
                    time.sleep(_RESTART_AFTER_S)
                    server = self._start_server()
                    self._await(server)
                if worker is not None and worker.poll() is not None:
                    time.sleep(_RESTART_AFTER_S)
                    worker = self._start_worker()
        finally:
            _end([server] if worker is None else [server, worker])
        return 0 if self._stopping else server.returncode or 1

    def _await(self, server: subprocess.Popen[bytes]) -> None:
        """Wait until it answers or is dead. Raises Refused if it does neither."""
        started = time.monotonic()
        while self._up(server) and not self._answers():
            if time.monotonic() > started + _STARTED_WITHIN_S:
                raise Refused("not_started", "the web server did not start; see above")
            time.sleep(_LOOK_S)

    def _up(self, server: subprocess.Popen[bytes]) -> bool:
        return not self._stopping and server.poll() is None

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start_server(self) -> subprocess.Popen[bytes]:
        return _child(self._server_command(), process_group=0)

    def _server_command(self) -> Sequence[str]:
        host = f"[{self._host}]" if ":" in self._host else self._host
        options = {
            "--bind": f"{host}:{self._port}",
            "--worker-class": "api.http.gunicorn_worker.Worker",
            "--workers": "1",
            "--threads": str(self._settings.threads),
            "--timeout": "60",
            "--graceful-timeout": "5",
            "--log-level": "warning",
        }
        # With the app loaded before the fork a web process that died is back at once.
        flags = ("--preload", "--no-control-socket")
        listed = [part for option in options.items() for part in option]
        return [sys.executable, "-m", "gunicorn", *listed, *flags, "api.wsgi:app()"]

    def _start_worker(self) -> subprocess.Popen[bytes]:
        return _child([sys.executable, "-m", "api.jobs", "--with-parent"])

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=1)
        try:
            connection.request("GET", "/livez")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def _child(command: Sequence[str], *, process_group: int | None = None) -> subprocess.Popen[bytes]:
    # This process has one thread, so running a little code in the child is safe.
    return subprocess.Popen(  # noqa: S603  # own options only
        command,
        preexec_fn=_end_with_parent,  # noqa: PLW1509  # see above
        process_group=process_group,
    )


def _kill_group(server: subprocess.Popen[bytes]) -> None:
    """Kill what a dead server left behind: its own workers still hold the port."""
    try:
        os.killpg(server.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _end_with_parent() -> None:
    """Ask Linux for SIGTERM when the parent dies, so that a kill -9 leaves no server behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, and kill those that do not."""
    for each in children:
        if each.poll() is None:
            each.terminate()
    deadline = time.monotonic() + _ENDED_WITHIN_S
    for each in children:
        try:
            each.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            each.kill()
            each.wait()

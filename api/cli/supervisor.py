"""Runs the web server, and mostly a worker beside it, and ends both together."""

import http.client
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from api.cli.children import Kept, Process, child, end
from api.cli.common import Refused
from api.config import Settings

_STARTED_WITHIN_S = 30.0
_LOOK_S = 0.1


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

    One that dies is started again, as often as that happens; a plan of a dead worker waits for its
    lease and is then taken up. Only a first server that dies before it has answered ends
    everything, with its exit code: its settings or its database are wrong.
    """

    def __init__(
        self, host: str, port: int, settings: Settings, *, with_worker: bool = True
    ) -> None:
        self._host, self._port, self._settings = host, port, settings
        self._with_worker = with_worker
        self._stopping = False

    def run(self, *, on_ready: Callable[[], None]) -> int:
        """Serve until SIGTERM or SIGINT; the exit code."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, self._stop)
        server = Kept(self._start_server, now=time.monotonic())
        kept = [server]
        try:
            if self._with_worker:
                kept.append(Kept(self._start_worker, now=time.monotonic()))
            self._await(server.process)
            if not self._up(server.process):
                return 0 if self._stopping else server.process.returncode or 1
            on_ready()
            while not self._stopping:
                time.sleep(_LOOK_S)
                for each in kept:
                    each.look(time.monotonic())
        finally:
            end([each.process for each in kept])
        return 0

    def _await(self, server: Process) -> None:
        """Wait until it answers or is dead. Raises Refused if it does neither."""
        started = time.monotonic()
        while self._up(server) and not self._answers():
            if time.monotonic() > started + _STARTED_WITHIN_S:
                raise Refused("not_started", "the web server did not start; see above")
            time.sleep(_LOOK_S)

    def _up(self, server: Process) -> bool:
        return not self._stopping and server.poll() is None

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start_server(self) -> Process:
        return child(self._server_command())

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

    def _start_worker(self) -> Process:
        return child([sys.executable, "-m", "api.jobs", "--with-parent"])

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=1)
        try:
            connection.request("GET", "/livez")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

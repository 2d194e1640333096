"""Messages of a child, drained as they come so that the child never waits for its parent."""

import threading
from multiprocessing.connection import Connection

from optimiser.solvers.child import Message


class Inbox:
    """Keeps the newest improvement, and how the child ended."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._news = threading.Condition()
        self._improved: Message | None = None
        self._last: Message | None = None
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether the child has hung up and every message was taken."""
        with self._news:
            return self._closed and self._improved is None and self._last is None

    def read_all(self) -> None:
        """Read until the child hangs up; runs in a thread of its own."""
        try:
            while True:
                self._put(self._pipe.recv())
        except (EOFError, OSError):
            self._close()
        except Exception as error:  # noqa: BLE001  # a message cut off by a kill can be anything
            self._put(Message("failed", code="solver_nonsense", text=f"unreadable: {error}"))
            self._close()

    def newest(self, timeout_s: float) -> Message | None:
        """The newest improvement, else how the child ended, else None after the timeout."""
        with self._news:
            self._news.wait_for(
                lambda: self._improved or self._last or self._closed, timeout=timeout_s
            )
            message = self._improved or self._last
            if message is self._last:
                self._last = None
            self._improved = None
            return message

    def _put(self, message: object) -> None:
        with self._news:
            if not isinstance(message, Message):
                message = Message("failed", code="solver_nonsense", text="not a message")
            if message.kind == "improved":
                self._improved = message
            else:
                self._last = message
            self._news.notify()

    def _close(self) -> None:
        with self._news:
            self._closed = True
            self._news.notify()

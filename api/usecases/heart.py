"""Keeps a plan's lease alive while it is solved, and notices when it is lost."""

import logging
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

from api.store.errors import StoreUnavailable

log = logging.getLogger(__name__)


class Heart:
    """Beats every `every_s` in a thread of its own, as a context manager.

    `beat` renews the lease and says whether the plan is still ours. When it says no, or could
    not be asked for `lease_s`, `stopped()` turns true for good.
    """

    def __init__(self, beat: Callable[[], bool], *, every_s: float, lease_s: float) -> None:
        self._beat, self._every_s, self._lease_s = beat, every_s, lease_s
        self._lost, self._done = Event(), Event()
        self._thread = Thread(target=self._run, name="heart", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def stopped(self) -> bool:
        """Whether to give up: the plan was cancelled, or is another worker's by now."""
        return self._lost.is_set()

    def _run(self) -> None:
        alive_until = monotonic() + self._lease_s
        while not self._done.wait(self._every_s):
            try:
                asked_at = monotonic()
                if not self._beat():
                    break
                alive_until = asked_at + self._lease_s
            except StoreUnavailable as error:
                log.warning("no heartbeat: %s", error.detail)
            except Exception:
                log.exception("no heartbeat")  # whatever it is, the lease decides
            if monotonic() > alive_until:
                break
        else:
            return
        self._lost.set()

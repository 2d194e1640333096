"""How often a key may ask: a bucket of tokens for each, which fills at a steady rate.

Buckets are this process's own: so many web processes, so many times the rate.
"""

from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from threading import Lock
from time import monotonic

from api.usecases.errors import TooMany

_MOST_BUCKETS = 10_000


class Limiter:
    """Each asker has `burst` requests at once, and `per_s` a second after that; 0 is no limit."""

    def __init__(self, per_s: float, burst: int, *, clock: Callable[[], float] = monotonic) -> None:
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, asker: str) -> None:
        """Count a request. Raises TooMany with the seconds until the next one is taken."""
        if self._per_s == 0:
            return
        with self._lock:
            now = self._clock()
            tokens, at = self._buckets.pop(asker, (float(self._burst), now))
            tokens = min(float(self._burst), tokens + (now - at) * self._per_s)
            allowed = tokens >= 1
            self._buckets[asker] = (tokens - allowed, now)
            if len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)  # the one that asked least lately
        if not allowed:
            wait = max(1, ceil((1 - tokens) / self._per_s))
            text = f"at most {self._per_s:g} requests a second in the long run"
            raise TooMany(text, code="too_many_requests", retry_after_s=wait)

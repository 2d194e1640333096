"""What was made for one reader and is ready for the next: bounded, made once, never out of date.

What changes has another key. So nothing here is ever taken back: what nobody asks for any more goes
when the room is used up.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """The values that were asked for last, up to `most_bytes` by `size`; safe to share by threads.

    A value larger than that is made each time.
    """

    def __init__(self, most_bytes: int, size: Callable[[V], int]) -> None:
        self._most, self._size = most_bytes, size
        self._lock = Lock()
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._values)

    def get_or_make(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key. Of those who ask at once for one that is not there, the first makes
        it and the others wait. What `make` raises is raised, and nothing is kept.
        """
        with self._lock:
            if key in self._values:
                return self._used(key)
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._used(key)
            try:
                value = make()
                with self._lock:
                    self._keep(key, value)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return value

    def _used(self, key: Hashable) -> V:
        self._values.move_to_end(key)
        return self._values[key]

    def _keep(self, key: Hashable, value: V) -> None:
        size = self._size(value)
        if size > self._most or key in self._values:
            return
        self._values[key] = value
        self.bytes += size
        while self.bytes > self._most:
            _, oldest = self._values.popitem(last=False)
            self.bytes -= self._size(oldest)

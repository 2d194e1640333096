"""How long the epochs of a search are."""

from time import monotonic

from optimiser.solvers.protocol import Stop

EPOCH_S = 0.5
"""Seconds between two looks at the clock, and between two ways of sharing routes out, ..."""
EPOCHS = 40
"""... or less: there are at least so many epochs."""
FIRST_ROUNDS = 50
"""Rounds of the first epoch, and the fewest in a search by rounds."""


class Pace:
    """How many rounds an epoch has, so that it takes its time."""

    def __init__(self, stop: Stop, started: float) -> None:
        self._stop, self._started = stop, started
        self.by_time = stop.seconds is not None
        self._amount = FIRST_ROUNDS

    def share(self, done: int) -> float:
        """How much of the limit is used."""
        used = 0.0
        if self._stop.seconds is not None:
            used = (monotonic() - self._started) / self._stop.seconds
        if self._stop.solutions is not None:
            used = max(used, done / self._stop.solutions)
        return used

    def amount(self, done: int, crews: int) -> int:
        """Rounds of each crew in the next epoch."""
        if self._stop.solutions is None:
            return self._amount
        rest = -(-(self._stop.solutions - done) // crews)
        if self._stop.seconds is None:
            return min(rest, max(FIRST_ROUNDS, self._stop.solutions // crews // EPOCHS))
        return min(rest, self._amount)

    def took(self, amount: int, seconds: float) -> None:
        """An epoch of `amount` rounds took so long."""
        if self._stop.seconds is None:
            return
        rest = self._stop.seconds - (monotonic() - self._started)
        goal = max(0.005, min(EPOCH_S, self._stop.seconds / EPOCHS, rest))
        self._amount = max(1, int(amount * min(2.0, goal / max(seconds, 1e-4))))

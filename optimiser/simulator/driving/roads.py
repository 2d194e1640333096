"""Legs between the places that one truck may come to on a day."""

from collections.abc import Sequence

from optimiser.travel import TravelClock, TravelMatrix


class Roads:
    """Metres and mean seconds of legs between some rows of a problem's matrix order."""

    def __init__(self, travel: TravelMatrix, clock: TravelClock, rows: Sequence[int]) -> None:
        once = sorted(set(rows))
        metres, seconds = travel.block(once, once)
        self._clock = clock
        self._at = {row: number for number, row in enumerate(once)}
        self._metres, self._seconds = metres.tolist(), seconds.tolist()

    def metres(self, origin: int, target: int) -> int:
        return int(self._metres[self._at[origin]][self._at[target]])

    def seconds(self, origin: int, target: int, leave_s: int) -> int:
        """Mean time of a leg left so many seconds after local midnight."""
        return self._clock.leg_s(self._seconds[self._at[origin]][self._at[target]], leave_s)

"""The heart gives up when it is told to, or when nobody could be asked for as long as a lease."""

from collections.abc import Callable
from threading import Event

import pytest

from api.store.errors import StoreUnavailable
from api.usecases.heart import Heart


def beats(answers: Callable[[], bool], *, lease_s: float, times: int) -> bool:
    """Whether it has given up after so many beats, or two seconds."""
    enough, count = Event(), 0

    def beat() -> bool:
        nonlocal count
        count += 1
        if count >= times:
            enough.set()
        return answers()

    with Heart(beat, every_s=0.001, lease_s=lease_s) as heart:
        enough.wait(2)
        for _ in range(50):
            if heart.stopped():
                return True
            Event().wait(0.001)
        return heart.stopped()


def raises(error: Exception) -> Callable[[], bool]:
    def answers() -> bool:
        raise error

    return answers


def test_it_beats_on_while_the_plan_is_ours() -> None:
    assert not beats(lambda: True, lease_s=5, times=20)


def test_it_stops_when_the_plan_is_no_longer_ours() -> None:
    assert beats(lambda: False, lease_s=5, times=1)


@pytest.mark.parametrize(
    "error", [StoreUnavailable("database_busy", "it is busy"), RuntimeError("nobody knows why")]
)
def test_a_beat_that_fails_is_forgiven_until_the_lease_is_over(error: Exception) -> None:
    assert not beats(raises(error), lease_s=5, times=20)
    assert beats(raises(error), lease_s=0, times=1)

"""Room for what was made: bounded, made once, nothing kept of what failed."""

from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.usecases.kept import Kept


@given(
    most=st.integers(0, 40),
    asked=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 15)), max_size=40),
)
def test_whatever_is_asked_for_is_right_and_the_room_is_never_exceeded(
    most: int, asked: list[tuple[int, int]]
) -> None:
    kept: Kept[bytes] = Kept(most, len)
    for key in asked:
        number, size = key
        assert kept.get_or_make(key, lambda n=number, s=size: bytes([n]) * s) == (
            bytes([number]) * size
        )
        assert kept.bytes <= most


def test_what_was_asked_for_last_stays() -> None:
    made: list[str] = []

    def make(key: str) -> bytes:
        made.append(key)
        return bytes(10)

    kept: Kept[bytes] = Kept(20, len)
    for key in ("a", "b", "a", "c", "a", "b"):
        kept.get_or_make(key, lambda key=key: make(key))
    assert made == ["a", "b", "c", "b"]
    assert (len(kept), kept.bytes) == (2, 20)


def test_many_who_ask_at_once_wait_for_the_first() -> None:
    kept: Kept[bytes] = Kept(100, len)
    together, made, found = Barrier(8), [], []

    def make() -> bytes:
        made.append(1)
        return b"value"

    def ask() -> None:
        together.wait()
        found.append(kept.get_or_make("key", make))

    threads = [Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(made), found) == (1, [b"value"] * 8)


def test_what_cannot_be_made_is_said_and_tried_again() -> None:
    kept: Kept[bytes] = Kept(100, len)

    def fail() -> bytes:
        raise ValueError("gone")

    with pytest.raises(ValueError, match="gone"):
        kept.get_or_make("key", fail)
    assert kept.get_or_make("key", lambda: b"there") == b"there"

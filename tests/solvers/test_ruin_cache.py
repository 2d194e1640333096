"""The search is compiled once, however many processes want it at the same time."""

from pathlib import Path
from threading import Thread

import pytest

from optimiser.solvers.ruin_engine.cache import VARIABLE, compiling, is_compiled


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))


def test_who_comes_second_waits_until_all_is_compiled() -> None:
    found: list[bool] = []

    def second() -> None:
        with compiling():
            found.append(is_compiled())

    other = Thread(target=second)
    with compiling():
        other.start()
        other.join(timeout=0.2)
        assert found == []
    other.join()
    assert found == [True]


def test_a_failed_compilation_is_not_taken_for_a_whole_one() -> None:
    with pytest.raises(ZeroDivisionError), compiling():
        raise ZeroDivisionError
    assert not is_compiled()
    with compiling():
        pass
    assert is_compiled()

"""The search is compiled once, however many processes want it at the same time."""

from pathlib import Path
from threading import Thread

import pytest

from optimiser.solvers.compiling import alone, compile_search
from optimiser.solvers.ruin_engine import warm
from optimiser.solvers.ruin_engine.cache import VARIABLE, is_compiled, note_compiled


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr(warm, "warm_up", note_compiled)


def test_who_comes_second_waits_for_the_first() -> None:
    found: list[bool] = []

    def second() -> None:
        with alone():
            found.append(is_compiled())

    other = Thread(target=second)
    with alone():
        other.start()
        other.join(timeout=0.2)
        assert found == []
        note_compiled()
    other.join()
    assert found == [True]


def test_what_is_compiled_is_not_compiled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_search()
    assert is_compiled()
    monkeypatch.setattr(warm, "warm_up", lambda: pytest.fail("compiled twice"))
    compile_search()

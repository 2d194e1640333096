"""Compiled code that an image brings is taken over, once, and only for the same sources."""

from pathlib import Path

import pytest

from optimiser.solvers.ready import SEED, get_ready, take_compiled
from optimiser.solvers.ruin_engine.cache import VARIABLE, cache_folder, is_compiled


@pytest.fixture
def seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a seed for these sources, and an empty cache beside it."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "own"))
    monkeypatch.setenv(SEED, str(tmp_path / "seed"))
    made = tmp_path / "seed" / cache_folder().name
    (made / "engine").mkdir(parents=True)
    (made / "engine" / "code.nbc").write_bytes(b"compiled")
    return made


def test_a_whole_seed_is_taken_and_nothing_is_compiled(seed: Path) -> None:
    (seed / "complete").touch()
    assert get_ready() is None
    assert is_compiled()
    assert (cache_folder() / "engine" / "code.nbc").read_bytes() == b"compiled"


def test_half_a_seed_spares_what_it_has(seed: Path) -> None:
    take_compiled()
    assert not is_compiled()
    assert (cache_folder() / "engine" / "code.nbc").exists()


def test_what_is_compiled_already_is_left_alone(seed: Path) -> None:
    (seed / "complete").touch()
    (cache_folder() / "complete").touch()
    take_compiled()
    assert not (cache_folder() / "engine").exists()


def test_a_seed_of_other_sources_is_not_taken(seed: Path) -> None:
    seed.rename(seed.parent / "ruin-0000000000000000")
    take_compiled()
    assert list(cache_folder().iterdir()) == []

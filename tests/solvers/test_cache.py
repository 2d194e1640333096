"""Compiled code is told apart by all that numba goes by, and by what it overlooks."""

import os
from pathlib import Path

from optimiser.solvers.ruin_engine.cache import signature


def _sources(folder: Path) -> Path:
    folder.mkdir()
    for name in ("a.py", "b.py"):
        (folder / name).write_text(f"# {name}")
        os.utime(folder / name, ns=(0, 10**18))
    return folder


def test_the_same_sources_in_the_same_place_are_the_same(tmp_path: Path) -> None:
    folder = _sources(tmp_path / "one")
    assert signature(folder) == signature(folder)


def test_another_checkout_is_another(tmp_path: Path) -> None:
    assert signature(_sources(tmp_path / "one")) != signature(_sources(tmp_path / "two"))


def test_a_file_that_was_written_anew_makes_another(tmp_path: Path) -> None:
    folder = _sources(tmp_path / "one")
    before = signature(folder)
    os.utime(folder / "a.py", ns=(0, 10**18 + 1))
    assert signature(folder) != before


def test_a_changed_file_makes_another(tmp_path: Path) -> None:
    folder = _sources(tmp_path / "one")
    before = signature(folder)
    (folder / "b.py").write_text("# c.py")
    os.utime(folder / "b.py", ns=(0, 10**18))
    assert signature(folder) != before

"""The example in docs/choice.md gives what is written under it, and its parameters exist."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

from optimiser.domain.bins import Bin
from optimiser.selection import SelectionParams

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "choice.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)
    return str(found)


def test_the_example_prints_what_is_written_under_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", block("python")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == block("text")


def test_every_parameter_named_is_one() -> None:
    named = set(re.findall(r"^\| `(\w+)`", TEXT, flags=re.MULTILINE)) - {"parameter"}
    known = {each.name for each in (*fields(SelectionParams), *fields(Bin))}

    assert len(named) >= 4
    assert named <= known

"""docs/errors.md has every code that the program can give, and no other."""

import re
from pathlib import Path

import pytest

from api.usecases.errors import PLAN_FAILURES
from optimiser.explain.reason import CODES
from optimiser.search import FAILURES
from optimiser.verifier.codes import Code

DOCS = Path(__file__).parents[2] / "docs" / "errors.md"


def table(heading: str) -> dict[str, str]:
    """Code -> meaning in the table under a heading."""
    section = DOCS.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, flags=re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "codes"),
    [
        ("Bins left", CODES),
        ("Planning", FAILURES),
        ("Plans of the service", PLAN_FAILURES),
        ("Verifier", {code.value: code.meaning for code in Code}),
    ],
)
def test_the_error_table_is_that_of_the_code(heading: str, codes: dict[str, str]) -> None:
    assert table(heading) == codes

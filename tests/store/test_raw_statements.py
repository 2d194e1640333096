"""Text that goes to the driver as it is says whose rows it means."""

import ast
from pathlib import Path

import api
from api.store.tables import is_of_fleets, metadata

ROOT = Path(api.__file__).parent
MADE_BY_HAND = ("INSERT INTO ", "UPDATE ", "DELETE FROM ", "FROM ", "JOIN ")
NAMES = [each.name for each in metadata.tables.values() if is_of_fleets(each)]


def test_a_statement_spelled_by_hand_names_the_fleet() -> None:
    found = [
        (path.name, text)
        for path in sorted(ROOT.rglob("*.py"))
        if "migrations" not in path.parts
        for text in _texts(path)
        if any(f"{verb}{name}" in text for verb in MADE_BY_HAND for name in NAMES)
    ]
    assert {name for name, _ in found} == {"arrivals.py", "plans.py"}
    assert [each for each in found if "fleet_id" not in each[1]] == []


def _texts(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]

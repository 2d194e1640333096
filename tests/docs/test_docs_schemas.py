"""The published JSON Schemas are those of the code."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from optimiser.wire import plan_schema, problem_schema

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("name", "schema"), [("problem", problem_schema()), ("plan", plan_schema())]
)
def test_the_schema_under_docs_is_the_one_of_the_code(name: str, schema: dict[str, object]) -> None:
    Draft202012Validator.check_schema(schema)
    published = json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert published == schema, "run `make schemas`"

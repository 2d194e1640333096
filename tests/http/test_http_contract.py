"""Schemathesis asks for what the document allows, and for what it does not: each answer is one that
the document tells of, and none is a server's error.

Short and always the same; `python -m benchmarks contract` asks for longer, over HTTP.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from http_planner import ports_of, take_all
from http_scene import NOW
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.event import listen

from api.app import create_app
from api.config import Settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
KNOWN = {"plans": "", "bins": "B1", "trucks": "T1", "depots": "D1", "disposal-sites": "S1"}
PLAIN = {"Accept-Encoding": "identity"}
BRIEF = settings(
    max_examples=2,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def document(town_template: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Any]:
    """What schemathesis makes of the document of the town's service."""
    path = tmp_path / "town.sqlite3"
    shutil.copy(town_template[0], path)
    quick = Settings(database_url=f"sqlite:///{path}", stream_s=0.01, requests_per_s=0)
    app = create_app(quick, clock=lambda: NOW, planner=take_all)
    listen(ports_of(app).db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    yield schemathesis.openapi.from_wsgi("/openapi/openapi.json", app)
    ports_of(app).db.close()


def test_whatever_is_asked_the_answer_is_as_the_document_says(
    document: Any, town_template: tuple[Path, dict[str, str]]
) -> None:
    secrets = town_template[1]
    known = KNOWN | {"plans": secrets["plan_id"]}
    seen: set[str] = set()
    for found in document.get_all_operations():
        operation = found.ok()
        keys = [secrets[who_may(operation)], secrets["monitor"], None]
        for mode in GenerationMode:
            ask(operation, mode, keys, path_of(operation, known))
            seen.add(operation.label)
    paths = document.raw_schema["paths"]
    told = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    assert told - seen == {"GET /openapi/openapi.json"}  # the document itself, read to begin with


def who_may(operation: Any) -> str:
    """A role that gets past the door."""
    own = "/drivers/me/" in operation.path or operation.label.startswith("PUT /v1/photos/")
    return "driver" if own else "admin"


def path_of(operation: Any, known: dict[str, str]) -> dict[str, str] | None:
    """The ids of what is there, for an operation that names one of a collection."""
    collection = operation.path.removeprefix("/v1/").partition("/")[0]
    names = {each.name for each in operation.path_parameters}
    if collection not in known or not names:
        return None
    return {name: "T1" if name == "truck_id" else known[collection] for name in names}


def ask(operation: Any, mode: GenerationMode, keys: list[str | None], path: Any) -> None:
    """Ask a few times, each time with each of the keys."""

    @BRIEF
    @given(case=operation.as_strategy(mode, path_parameters=path))
    def answered_as_told(case: Any) -> None:
        for key in keys:
            headers = PLAIN | ({"Authorization": f"Bearer {key}"} if key else {})
            case.call_and_validate(headers=headers, checks=CHECKS)

    with suppress(Unsatisfiable):  # there is no wrong way to ask where nothing can be said
        answered_as_told()

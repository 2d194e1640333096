"""What an error code means, at the address that is its `type`: /v1/problems/{code}."""

from dataclasses import dataclass

from flask import Response
from pydantic import Field

from api.http.answers import answer
from api.http.blueprints import APIBlueprint, resource
from api.http.codes import CODES
from api.http.contract import contract
from api.http.parameters import Parameters
from api.http.problems import Refused


class CodePath(Parameters):
    """A code of the table."""

    code: str = Field(max_length=64)


@dataclass(frozen=True)
class ProblemType:
    """One row of the table of codes."""

    code: str
    status: int
    title: str
    meaning: str


def blueprint() -> APIBlueprint:
    """One route."""
    made = resource("problems", "/v1/problems", tag="errors")
    made.get("/<code>", summary="What an error code means")(get_code)
    return made


@contract(gives={200: ProblemType}, refuses=("not_found",))
def get_code(path: CodePath) -> Response:
    row = CODES.get(path.code)
    if row is None:
        raise Refused("not_found", f"there is no code {path.code!r}")
    return answer(ProblemType(path.code, row.status, row.title, row.meaning))

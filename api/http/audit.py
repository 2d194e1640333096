"""Who changed what, for admins: /v1/audit."""

from flask import Response
from pydantic import Field

from api.http.answers import answer
from api.http.blueprints import APIBlueprint, resource
from api.http.contract import ADMINS, contract
from api.http.parameters import PageQuery
from api.http.ports import ports
from api.usecases.audit import AuditEntry, AuditKind, list_audit
from api.usecases.paging import Page
from optimiser.domain.base import Id


class AuditQuery(PageQuery):
    """Which changes."""

    kind: AuditKind | None = None
    ref: Id | None = Field(default=None, description="the id of what was changed")
    key_id: str | None = Field(default=None, max_length=64, pattern=r"^[!-~]+$")


def blueprint() -> APIBlueprint:
    """One route."""
    made = resource("audit", "/v1/audit", tag="keys")
    made.get("", summary="Who changed what, newest first")(get_audit)
    return made


@contract(*ADMINS, gives={200: Page[AuditEntry]}, refuses=("bad_cursor",))
def get_audit(query: AuditQuery) -> Response:
    """Entries are added and never changed."""
    return answer(list_audit(ports().db, **query.model_dump()))

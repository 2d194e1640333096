"""Who changed what: written in the transaction of the change, so that neither is without the other.

What devices and drivers report is no change of this kind: readings and events carry the key that
sent them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import structlog
from sqlalchemy import Connection

from api.store import audit as rows
from api.store.database import Database
from api.usecases.errors import Invalid
from api.usecases.paging import Page, checked_limit, decode, page_of

AuditKind = Literal[
    "bins", "trucks", "depots", "disposal_sites", "keys", "plans", "schedules", "webhooks"
]
KINDS: tuple[AuditKind, ...] = get_args(AuditKind)

COMMAND_LINE = "cli"
"""Stands for whoever runs a command on the server, where else the id of a key stands."""
_ABSENT = "(absent)"


@dataclass(frozen=True)
class AuditEntry:
    """One change. `key_id` is a key's, `cli` for the command line, or `oidc:` and a subject.

    `ref` is the id of what was changed, "" for an import of many. `detail` depends on `action`:
    created, replaced {version, changes: field -> [before, after]}, deleted {version, item},
    imported {created, updated: ids}; for keys created, rotated, revoked, devices; for plans as in
    GET /v1/plans/{id}/changes. `request_id` is that of the request's log lines.
    """

    id: int
    at: datetime
    key_id: str
    request_id: str
    action: str
    kind: AuditKind
    ref: str
    detail: dict[str, Any]


def note(
    tx: Connection,
    action: str,
    kind: AuditKind,
    ref: str,
    *,
    by: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Keep that this was changed, under the request whose log lines tell of it."""
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    rows.add(
        tx,
        at=now,
        key_id=by,
        request_id=request_id,
        action=action,
        kind=kind,
        ref=ref,
        detail=dict(detail or {}),
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field -> [before, after] of two documents, where they differ."""
    return {
        name: [before.get(name, _ABSENT), after.get(name, _ABSENT)]
        for name in sorted({*before, *after})
        if before.get(name, _ABSENT) != after.get(name, _ABSENT)
    }


def list_audit(
    db: Database,
    *,
    kind: AuditKind | None = None,
    ref: str | None = None,
    key_id: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Page[AuditEntry]:
    """Changes, newest first. Raises Invalid."""
    last, limit = decode(cursor), checked_limit(limit)
    if last is not None and not (last.isascii() and last.isdecimal() and len(last) < 19):
        raise Invalid("the cursor is none that a list gave", code="bad_cursor")
    with db.read() as tx:
        found = [
            AuditEntry(
                row.id,
                row.at,
                row.key_id,
                row.request_id,
                row.action,
                row.kind,
                row.ref,
                row.detail,
            )
            for row in rows.fetch_before(
                tx, int(last) if last else None, limit + 1, kind=kind, ref=ref, key_id=key_id
            )
        ]
    return page_of(found, limit, lambda each: str(each.id))

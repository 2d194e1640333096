"""Webhooks made, listed and ended; and what became of their deliveries."""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from api.store import webhooks as rows
from api.store.database import Database
from api.store.ids import new_id
from api.usecases.audit import COMMAND_LINE, note
from api.usecases.errors import Conflict, FieldProblem, Invalid, NotFound
from api.usecases.idempotency import Once, once_only
from api.usecases.trail import ChangeKind
from api.usecases.webhooks.addresses import complaint_about
from api.usecases.webhooks.delivering import SECRET_PREFIX

MOST_DELIVERIES = 100
MOST_WEBHOOKS = 50
_SECRET_BYTES = 32


@dataclass(frozen=True)
class Webhook:
    """Where changes of these kinds are told. Its secret is not shown again."""

    id: str
    url: str
    events: tuple[ChangeKind, ...]
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class CreatedWebhook:
    """A new webhook with the secret that its calls are signed with."""

    webhook: Webhook
    secret: str


@dataclass(frozen=True)
class Delivery:
    """What a webhook was or is to be told. `status` and `error` are of the latest try.

    `next_at`: when it is tried again; null once it is `delivered` or `given_up`.
    """

    id: str
    kind: ChangeKind
    state: Literal["waiting", "delivered", "given_up"]
    tries: int
    created_at: datetime
    next_at: datetime | None
    status: int | None
    error: str | None


def create_webhook(
    db: Database,
    *,
    url: str,
    events: Sequence[ChangeKind],
    by: str,
    now: datetime,
    once: Once | None = None,
) -> CreatedWebhook:
    """A new webhook, told of what happens from now on.

    Raises Invalid: a URL that is none or leads into a private network, too many webhooks;
    Conflict with code `secret_shown_once`: this request was answered before.
    """
    complaint = complaint_about(url)
    if complaint is not None:
        raise Invalid(complaint, [FieldProblem("url", complaint, url[:80])])
    made = Webhook(new_id(now), url, tuple(dict.fromkeys(events)), by, now)
    secret = SECRET_PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    told = {"url": made.url, "events": list(made.events)}

    def make() -> Webhook:
        _add(tx, made, secret)
        note(tx, "created", "webhooks", made.id, by=by, now=now, detail=told)
        return made

    with db.write() as tx:
        kept = once_only(tx, once, Webhook, make, now=now)
    if kept.id != made.id:
        text = f"this request made the webhook {kept.id!r}; its secret was shown once"
        raise Conflict(text, code="secret_shown_once")
    return CreatedWebhook(made, secret)


def _add(tx: Connection, made: Webhook, secret: str) -> None:
    if len(rows.fetch_all(tx)) >= MOST_WEBHOOKS:
        raise Invalid(f"there are {MOST_WEBHOOKS} webhooks already; end one first")
    rows.add(tx, asdict(made) | {"events": list(made.events), "secret": secret})


def list_webhooks(db: Database) -> tuple[Webhook, ...]:
    """All webhooks in order of their making."""
    with db.read() as tx:
        return tuple(
            Webhook(row.id, row.url, tuple(row.events), row.created_by, row.created_at)
            for row in rows.fetch_all(tx)
        )


def get_webhook(db: Database, webhook_id: str) -> Webhook:
    """One webhook. Raises NotFound."""
    for each in list_webhooks(db):
        if each.id == webhook_id:
            return each
    raise NotFound(f"there is no webhook {webhook_id!r}")


def delete_webhook(db: Database, webhook_id: str, *, now: datetime, by: str = COMMAND_LINE) -> None:
    """End a webhook; what it was still to be told is dropped. Raises NotFound."""
    with db.write() as tx:
        if not rows.remove(tx, webhook_id):
            raise NotFound(f"there is no webhook {webhook_id!r}")
        note(tx, "deleted", "webhooks", webhook_id, by=by, now=now)


def list_deliveries(db: Database, webhook_id: str) -> tuple[Delivery, ...]:
    """The latest deliveries, newest first. Raises NotFound."""
    get_webhook(db, webhook_id)
    with db.read() as tx:
        found = rows.fetch_deliveries(tx, webhook_id, MOST_DELIVERIES)
    return tuple(
        Delivery(
            id=row.id,
            kind=row.kind,
            state=row.state,
            tries=row.tries,
            created_at=row.created_at,
            next_at=row.next_at,
            status=row.status,
            error=row.error,
        )
        for row in found
    )

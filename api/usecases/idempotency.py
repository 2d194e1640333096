"""A repeated request has one effect.

Its first answer is kept in the same transaction as the effect itself, so that no crash
can part them.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, delete, select, update

from api.store.documents import dump, load
from api.store.statements import add_new
from api.store.tables import idempotency
from api.usecases.errors import Conflict, Invalid

T = TypeVar("T")

LONGEST_KEY = 255
KEPT = timedelta(hours=48)
"""For so long a request can be repeated with the same key."""


@dataclass(frozen=True)
class Once:
    """An Idempotency-Key as it came: whose, and over which request.

    `request_hash` covers method, path and body, so that a key used for another request shows.
    """

    key: str
    principal: str
    request_hash: str


def request_hash(method: str, path: str, body: bytes) -> str:
    """SHA-256 of a request, in hex."""
    head = f"{method} {path}\n".encode()
    return hashlib.sha256(head + body).hexdigest()


def once_only(
    tx: Connection, once: Once | None, kind: type[T], act: Callable[[], T], *, now: datetime
) -> T:
    """What `act` gives; or, if this request was answered before, that answer again.

    Raises Conflict with code `idempotency_key_reused`: same key, other request; Invalid for a
    key that is too long.
    """
    if once is None:
        return act()
    if len(once.key) > LONGEST_KEY or not once.key.isprintable():
        raise Invalid(f"an Idempotency-Key is 1 to {LONGEST_KEY} printable characters")
    row = {"principal": once.principal, "key": once.key}
    values = {**row, "request_hash": once.request_hash, "response": {}, "created_at": now}
    # The empty row goes in first: whoever comes second waits here until the first is through.
    if add_new(tx, idempotency, ["principal", "key"], [values]) == 0:
        before = answered_before(tx, once, kind)
        assert before is not None  # noqa: S101  # the row that kept this one out
        return before
    answer = act()
    tx.execute(update(idempotency).filter_by(**row).values(response=dump(kind, answer)))
    return answer


def answered_before(tx: Connection, once: Once | None, kind: type[T]) -> T | None:
    """The answer that this request got before, for what is looked at before `once_only`.

    Raises Conflict with code `idempotency_key_reused`.
    """
    if once is None:
        return None
    found = tx.execute(
        select(idempotency.c.request_hash, idempotency.c.response).filter_by(
            principal=once.principal, key=once.key
        )
    ).first()
    if found is None:
        return None
    if found.request_hash != once.request_hash:
        text = "this Idempotency-Key was used for another request"
        raise Conflict(text, code="idempotency_key_reused")
    return load(kind, found.response)


def forget_old(tx: Connection, *, now: datetime) -> None:
    """Drop answers that nobody will ask for again."""
    tx.execute(delete(idempotency).where(idempotency.c.created_at < now - KEPT))

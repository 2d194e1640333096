"""One delivery: claimed, signed, sent outside of any transaction, and tried again if need be."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Protocol

from sqlalchemy import Row

from api.store import webhooks as rows
from api.store.database import Database

LEASE = timedelta(minutes=1)
"""Longer than any call: a worker that died in one leaves its delivery to the next after this."""
BACKOFF_S = (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600)
"""Waiting before each further try; after the last of them it is given up, two days in all."""
SECRET_PREFIX = "whsec_"  # noqa: S105  # what secrets begin with, none itself


@dataclass(frozen=True)
class Answer:
    """What came of a call: the status, or what stood in its way."""

    status: int | None
    error: str | None = None

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class Sender(Protocol):
    """Posts to a URL: api.jobs.sending.send, or a test's own."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Never raises for what the other side does."""
        ...


def sign(secret: str, delivery_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over id.timestamp.body, under the secret's bytes."""
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    text = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.new(key, text, sha256).digest()).decode()


def deliver_next(db: Database, send: Sender, *, now: datetime) -> bool:
    """Send what has been due longest; False if nothing is.

    At least once: a worker that dies after sending leaves the row to be sent again, under the
    same id.
    """
    with db.write() as tx:
        row = rows.fetch_due(tx, now)
        if row is None:
            return False
        tries = row.tries + 1
        rows.change(tx, row.id, row.tries, tries=tries, next_at=now + LEASE)
    answer = _sent(row, send, now)
    with db.write() as tx:
        rows.change(tx, row.id, tries, **_outcome(answer, tries, now))
    return True


def _sent(row: Row[Any], send: Sender, now: datetime) -> Answer:
    timestamp, body = int(now.timestamp()), row.body.encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "binrounds",
        "webhook-id": row.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(row.secret, row.id, timestamp, body),
    }
    return send(row.url, headers, body)


def _outcome(answer: Answer, tries: int, now: datetime) -> dict[str, Any]:
    told = {"status": answer.status, "error": answer.error}
    if answer.is_good:
        return {**told, "state": "delivered", "next_at": None}
    if tries > len(BACKOFF_S):
        return {**told, "state": "given_up", "next_at": None}
    return {**told, "next_at": now + timedelta(seconds=BACKOFF_S[tries - 1])}

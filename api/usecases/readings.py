"""Readings come in batches; a bad one is kept in quarantine and never stops the others."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from api.store import arrivals, quarantine
from api.store.arrivals import Arrival, Key
from api.store.catalogue import bins_of_sensors
from api.store.database import Database
from api.store.states import mark_stale
from api.usecases.documents import parse_json
from api.usecases.drafts import Bad, Draft, Reason, check_readings
from api.usecases.errors import FieldProblem, Forbidden, Invalid
from api.usecases.idempotency import Once, once_only
from api.usecases.keys import Principal
from api.usecases.paging import Page, checked_limit, decode, page_of

__all__ = [
    "IngestResult",
    "Quarantined",
    "ReadingProblem",
    "Reason",
    "ingest_readings",
    "list_quarantine",
    "take_in_again",
]

_AT_ONCE = 1000

Indexed = tuple[int, Draft]
"""A reading with its index in the batch."""


@dataclass(frozen=True)
class ReadingProblem:
    """One reading of a batch that went to quarantine; `index` counts from 0."""

    index: int
    reason: Reason
    detail: str


@dataclass(frozen=True)
class IngestResult:
    """accepted + duplicate + quarantined = readings in the batch."""

    accepted: int
    duplicate: int
    quarantined: int
    problems: tuple[ReadingProblem, ...]


@dataclass(frozen=True)
class Quarantined:
    """A reading kept aside, as it came (`raw` is JSON text, NaN and all)."""

    id: int
    received_at: datetime
    key_id: str
    reason: Reason
    detail: str
    raw: str


def ingest_readings(
    db: Database,
    batch: bytes | Sequence[Any],
    *,
    principal: Principal,
    now: datetime,
    most: int = 10_000,
    once: Once | None = None,
) -> IngestResult:
    """Take a batch in one transaction. Safe to repeat, in any order.

    `batch` is `{"readings": [...]}` or a bare list. A reading is `{"sensor_id", "time",
    "fill" 0..1 or "fill_percent" 0..100, "sequence"?, "quality"? 0..4}`, exactly one of the
    two levels. Raises Invalid if the whole body cannot be read (code `malformed`), or holds
    more than `most` readings; Forbidden if the principal's role may not write readings.
    """
    if principal.role not in ("sensor", "admin"):
        raise Forbidden("readings are written with a sensor's or an admin's key")
    elements = _elements(batch)
    if len(elements) > most:
        raise Invalid(f"a batch holds at most {most} readings, not {len(elements)}")
    with db.write() as tx:
        return once_only(
            tx, once, IngestResult, lambda: take(tx, elements, principal, now), now=now
        )


def _elements(batch: bytes | Sequence[Any]) -> Sequence[Any]:
    if not isinstance(batch, bytes):
        return batch
    found = parse_json(batch, allow_nan=True)  # NaN goes to quarantine, not the whole batch
    if isinstance(found, dict) and list(found) == ["readings"]:
        found = found["readings"]
    if not isinstance(found, list):
        text = 'a list of readings is wanted, or {"readings": [...]}'
        raise Invalid(text, [FieldProblem("readings", text)])
    return found


def take(
    tx: Connection, elements: Sequence[Any], principal: Principal, now: datetime
) -> IngestResult:
    """Sort a batch into new readings, duplicates and quarantine, and write them."""
    drafts: dict[int, Draft] = {}
    bad: dict[int, Bad] = {}
    for index, each in enumerate(check_readings(elements, now)):
        if isinstance(each, Draft):
            drafts[index] = each
        else:
            bad[index] = each
    homes = bins_of_sensors(tx, {each.sensor_id for each in drafts.values()})
    bad |= _without_a_home(drafts, homes, principal)
    first = _first_of_each_key(drafts, bad)
    accepted = _write_new(tx, first, homes, bad)
    problems = tuple(ReadingProblem(i, each.reason, each.detail) for i, each in sorted(bad.items()))
    quarantine.keep(tx, [(each, elements[each.index]) for each in problems], principal.key_id, now)
    return IngestResult(accepted, len(elements) - accepted - len(bad), len(bad), problems)


def _without_a_home(
    drafts: dict[int, Draft], homes: dict[str, str], principal: Principal
) -> dict[int, Bad]:
    bad: dict[int, Bad] = {}
    for index, each in drafts.items():
        if not principal.may_write_readings_of(each.sensor_id):
            bad[index] = Bad("foreign_device", f"this key may not write for {each.sensor_id!r}")
        elif each.sensor_id not in homes:
            bad[index] = Bad("unknown_sensor", f"no bin has the sensor {each.sensor_id!r}")
    return bad


def _first_of_each_key(drafts: dict[int, Draft], bad: dict[int, Bad]) -> dict[Key, Indexed]:
    """The first good reading of each key; later ones that say something else go to `bad`."""
    first: dict[Key, Indexed] = {}
    for index, each in drafts.items():
        if index in bad:
            continue
        _, kept = first.setdefault(each.key, (index, each))
        if kept != each:
            bad[index] = _conflict(kept.fill, kept.quality)
    return first


def _write_new(
    tx: Connection, first: dict[Key, Indexed], homes: dict[str, str], bad: dict[int, Bad]
) -> int:
    rows = [
        Arrival(*key, homes[each.sensor_id], each.fill, each.quality)
        for key, (_, each) in first.items()
    ]
    known = arrivals.add(tx, rows)
    for key, (fill, quality) in known.items():
        index, each = first[key]
        if (each.fill, each.quality) != (fill, quality):
            bad[index] = _conflict(fill, quality)
    new = [row for row in rows if row[:3] not in known]
    since = min((row.time for row in new), default=None)
    mark_stale(tx, {row.bin_id for row in new}, since=since)
    return len(rows) - len(known)


def _conflict(fill: float, quality: int) -> Bad:
    return Bad(
        "conflicting",
        f"a reading of this time, sensor and sequence is kept already, with fill {fill:g} "
        f"and quality {quality}",
    )


def take_in_again(db: Database, *, now: datetime) -> int:
    """Take in readings that were kept aside for an unknown sensor which by now sits in a bin; how
    many were new.

    They were checked for whose key they came with before they were looked up, and are checked for
    all the rest again. Those that still are no reading of a bin stay.
    """
    accepted = 0
    last = 0
    while True:
        with db.write() as tx:
            rows = quarantine.fetch_of_reason(tx, "unknown_sensor", last, _AT_ONCE)
            if not rows:
                return accepted
            last = rows[-1].id
            accepted += _again(tx, rows, now)


def _again(tx: Connection, rows: Sequence[Row[Any]], now: datetime) -> int:
    elements = [json.loads(row.raw) for row in rows]
    homes = bins_of_sensors(tx, {each["sensor_id"] for each in elements})
    known = [
        (row, each) for row, each in zip(rows, elements, strict=True) if each["sensor_id"] in homes
    ]
    if not known:
        return 0
    quarantine.drop(tx, [row.id for row, _ in known])
    accepted = 0
    for key_id in sorted({row.key_id for row, _ in known}):
        sender = Principal(key_id, "admin", "kept aside")
        mine = [each for row, each in known if row.key_id == key_id]
        accepted += take(tx, mine, sender, now).accepted
    return accepted


def list_quarantine(
    db: Database, *, cursor: str | None = None, limit: int = 100
) -> Page[Quarantined]:
    """Readings in quarantine, newest first. Raises Invalid."""
    last, limit = decode(cursor), checked_limit(limit)
    if last is not None and not last.isdecimal():
        raise Invalid("the cursor is none that a list gave", code="bad_cursor")
    with db.read() as tx:
        found = [
            Quarantined(row.id, row.received_at, row.key_id, row.reason, row.detail, row.raw)
            for row in quarantine.fetch_before(tx, int(last) if last else None, limit + 1)
        ]
    return page_of(found, limit, lambda each: str(each.id))

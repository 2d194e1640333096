"""Readings from sensor backends: /v1/readings, and what was kept aside: /v1/quarantine."""

from dataclasses import dataclass
from typing import Annotated

from flask import Response
from pydantic import Field

from api.http.answers import answer
from api.http.blueprints import APIBlueprint, resource
from api.http.body import JSON, read_raw
from api.http.contract import DEVICES, DISPATCHERS, contract
from api.http.parameters import PageQuery, once
from api.http.ports import ports, principal
from api.usecases.paging import Page
from api.usecases.readings import IngestResult, Quarantined, ingest_readings, list_quarantine
from optimiser.domain.base import Id
from optimiser.domain.readings import Instant, Quality


@dataclass(frozen=True, kw_only=True)
class SensorReading:
    """One level: `fill` (1 = full) or `fill_percent`, exactly one of the two.

    `sequence` is the device's own counter. Time, sensor and sequence together are what a
    reading is told apart by.
    """

    sensor_id: Id
    time: Instant
    fill: Annotated[float, Field(ge=0, le=1.5)] | None = None
    fill_percent: Annotated[float, Field(ge=0, le=150)] | None = None
    sequence: Annotated[int, Field(ge=0, le=2**62)] = 0
    quality: Quality = Quality.UNCHECKED


@dataclass(frozen=True)
class ReadingBatch:
    """What is sent. A reading that does not fit is kept in quarantine; the others count."""

    readings: tuple[SensorReading, ...]


def blueprint() -> APIBlueprint:
    """Post a batch; list the quarantine."""
    made = resource("readings", "/v1")
    made.post("/readings", summary="Send a batch of readings")(post_readings)
    made.get("/quarantine", summary="Readings kept aside, newest first")(get_quarantine)
    return made


@contract(
    *DEVICES,
    gives={200: IngestResult},
    takes={JSON: ReadingBatch},
    accepts=("Idempotency-Key",),
    refuses=("invalid", "idempotency_key_reused"),
)
def post_readings() -> Response:
    """Safe to repeat, in any order. `problems` says by index what went to quarantine and why."""
    at, raw = ports(), read_raw(ports().settings.max_body_bytes, {JSON})[0]
    result = ingest_readings(
        at.db,
        raw,
        principal=principal(),
        now=at.clock(),
        most=at.settings.max_readings,
        once=once(raw),
    )
    at.meters.readings(principal().fleet_id, result)
    return answer(result)


@contract(*DISPATCHERS, gives={200: Page[Quarantined]}, refuses=("bad_cursor",))
def get_quarantine(query: PageQuery) -> Response:
    return answer(list_quarantine(ports().db, cursor=query.cursor, limit=query.limit))

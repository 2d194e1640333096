"""Bins: /v1/bins. One bin comes with its forecast and its latest readings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import Response

from api.http.answers import answer
from api.http.blueprints import APIBlueprint
from api.http.catalogue import blueprint_for
from api.http.contract import DISPATCHERS, contract
from api.http.parameters import IdPath
from api.http.ports import ports
from api.usecases.bins import BinDetail, FullAt, Outlook, bin_detail
from api.usecases.catalogue import BINS
from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying, Reading


@dataclass(frozen=True)
class BinForecast:
    """`outlook` holds now and 24, 48 and 72 hours on.

    `full_at`: when the bin is full if it is not emptied, and the 90 % interval of that.
    `sensor`: none (no reading yet), silent (several readings overdue), stuck (one value for too
    long), tilted (says so, or says anything), ok.
    """

    reliability: Literal["low", "medium", "high"]
    sensor: Literal["none", "ok", "silent", "stuck", "tilted"]
    fill_per_day: float
    full_at: FullAt
    outlook: tuple[Outlook, ...]


@dataclass(frozen=True)
class BinAnswer:
    """A bin as in lists, and what is known of it. Readings newest first."""

    item: Bin
    version: int
    created_at: datetime
    updated_at: datetime
    forecast: BinForecast
    last_emptying: Emptying | None
    readings: tuple[Reading, ...]


def blueprint() -> APIBlueprint:
    """Get with forecast, list, put, delete, import."""
    made = blueprint_for(BINS)
    made.get("/<id>", summary="One bin with its forecast and latest readings")(get_bin)
    return made


@contract(*DISPATCHERS, gives={200: BinAnswer}, headers={200: ("ETag",)}, refuses=("not_found",))
def get_bin(path: IdPath) -> Response:
    """The ETag is that of the bin, for If-Match; the forecast changes without it."""
    zone = ports().settings.zone
    found = bin_detail(ports().db, path.id, now=ports().clock(), zone=zone)
    return answer(_shown(found), version=found.bin.version)


def _shown(found: BinDetail) -> BinAnswer:
    stored = found.bin
    return BinAnswer(
        item=stored.item,
        version=stored.version,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
        forecast=BinForecast(
            reliability=found.reliability,
            sensor=found.state.sensor,
            fill_per_day=found.fill_per_day,
            full_at=found.full_at,
            outlook=found.outlook,
        ),
        last_emptying=found.last_emptying,
        readings=found.readings,
    )

"""A driver's day without working it out anew: made again only when something that it tells of is
not as it was.

The stamp is made of all that the day is made of, read in the transaction that would make it: which
plan holds and its version, what the catalogue says of the truck and of the places on the route,
word for word, and the number of the truck's latest event. So nobody who changes one of these has
to think of the days that tell of it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from api.store import events, plans
from api.store.catalogue import BINS, DISPOSAL_SITES, TRUCKS, fetch_texts
from api.store.database import Database
from api.store.plans import InForce, fetch_in_force
from api.store.scope import fleet_of
from api.usecases.driver.access import check_truck, no_truck
from api.usecases.driver.day import DriverDay, day_of
from api.usecases.errors import NotFound
from api.usecases.kept import Kept
from api.usecases.keys import Principal

V = TypeVar("V")

_OUTLINES_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outline:
    """Of a truck's route: the bins and sites on it, and when it is home. Empty without a route."""

    bins: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    home: datetime | None = None


class Outlines:
    """Outlines of the routes that were asked for last, by plan, version and truck."""

    def __init__(self) -> None:
        self._kept: Kept[Outline] = Kept(_OUTLINES_BYTES, _size)

    def of(self, tx: Connection, plan: InForce, truck_id: str) -> Outline:
        """That of a truck in a plan that was found in this transaction."""
        key = (fleet_of(tx), plan.id, plan.version, truck_id)
        return self._kept.get_or_make(key, lambda: _outline(tx, plan.id, truck_id))


def ready_day(
    db: Database,
    truck_id: str,
    service_date: date | None,
    *,
    now: datetime,
    zone: ZoneInfo,
    principal: Principal,
    outlines: Outlines,
    kept: Kept[V],
    make: Callable[[DriverDay], V],
) -> V:
    """What `make` makes of a truck's day, which is kept; None: the day under way. Raises as
    `driver_day`.
    """
    check_truck(principal, truck_id)
    with db.read() as tx:
        day = service_date or day_under_way(tx, truck_id, now=now, zone=zone, outlines=outlines)
        stamp = _stamp(tx, truck_id, day, outlines)
        # Made within the transaction, so that it is of the very state that the stamp is of.
        return kept.get_or_make(stamp, lambda: make(day_of(tx, truck_id, day)))


def day_under_way(
    tx: Connection, truck_id: str, *, now: datetime, zone: ZoneInfo, outlines: Outlines
) -> date:
    """Today; or yesterday while the truck's route of yesterday, over midnight, still lasts."""
    today = now.astimezone(zone).date()
    yesterday = today - timedelta(days=1)
    plan = fetch_in_force(tx, yesterday)
    home = outlines.of(tx, plan, truck_id).home if plan is not None else None
    return yesterday if home is not None and home >= now else today


def _stamp(
    tx: Connection, truck_id: str, service_date: date, outlines: Outlines
) -> tuple[str, str, str]:
    """Raises NotFound, as the day itself does."""
    truck = fetch_texts(tx, TRUCKS, (truck_id,))
    if not truck:
        raise no_truck(truck_id)
    plan = fetch_in_force(tx, service_date)
    if plan is None:
        raise NotFound(f"no plan for {service_date} is published")
    outline = outlines.of(tx, plan, truck_id)
    told = (
        fleet_of(tx),
        plan,
        truck,
        fetch_texts(tx, BINS, outline.bins),
        fetch_texts(tx, DISPOSAL_SITES, outline.sites),
        events.last_seq_of_truck(tx, service_date, truck_id),
    )
    digest = hashlib.sha256(repr(told).encode("utf-8", "backslashreplace")).hexdigest()
    return plan.id, truck_id, digest


def _outline(tx: Connection, plan_id: str, truck_id: str) -> Outline:
    route = plans.fetch_route(tx, plan_id, truck_id)
    if route is None:
        return Outline()
    refs: dict[str, set[str]] = {"visit": set(), "unload": set()}
    for each in route.steps:
        refs.setdefault(each.kind, set()).add(each.ref)
    home = route.steps[-1].arrival
    return Outline(tuple(sorted(refs["visit"])), tuple(sorted(refs["unload"])), home)


def _size(outline: Outline) -> int:
    """About so many bytes."""
    return 200 + 100 * (len(outline.bins) + len(outline.sites))

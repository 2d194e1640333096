"""A driver's day: all that the phone needs on one request, and what changed since."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection

from api.store import events, plans
from api.store.catalogue import BINS, DISPOSAL_SITES, TRUCKS, fetch, fetch_items
from api.store.database import Database
from api.usecases.driver.access import check_truck, no_truck, plan_in_force
from api.usecases.driver.events import stop_of
from api.usecases.driver.links import Links, links_to
from api.usecases.driver.state import Recorded, TruckState, recorded, truck_state
from api.usecases.errors import NotFound
from api.usecases.keys import Principal
from optimiser.domain.bins import Bin
from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import Compartment, DisposalSite, Truck
from optimiser.domain.places import GeoPoint, Place
from optimiser.domain.plan import Route, Step
from optimiser.wire import to_json


@dataclass(frozen=True)
class StopCard:
    """What a driver needs to know of a place on the route beside its times.

    `fractions` of a bin is its one, of a site those that it takes. `links` is None for a place
    that is on no map.
    """

    ref: str
    kind: Literal["depot", "bin", "site"]
    name: str
    place: Place
    links: Links | None
    fractions: tuple[str, ...] = ()
    district: str = ""
    containers: int | None = None
    volume_l: float | None = None
    access: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True)
class TruckCard:
    """What a driver needs to know of the truck."""

    id: str
    name: str
    compartments: tuple[Compartment, ...]
    abilities: tuple[str, ...]


@dataclass(frozen=True)
class DriverDay:
    """A truck's day from the published plan, with everything needed on it.

    `route` is None when that plan leaves the truck at home. `cards` tells of each place of the
    route once, by the `ref` of its steps. `state` is what happened so far; positions that the
    phone sent are not told back to it. `version` changes with any of it.
    """

    version: str
    plan_id: str
    service_date: date
    timezone: str
    finished_at: datetime
    truck: TruckCard
    route: Route | None
    cards: tuple[StopCard, ...]
    state: TruckState


@dataclass(frozen=True)
class DayChanges:
    """What changed since a version of a day.

    `day` is the whole day anew where the plan or the route changed, else None; then `state`
    holds only stops, unloads and problems with news, and the rest of it as it is now.
    """

    version: str
    timezone: str
    day: DriverDay | None
    state: TruckState


def driver_day(
    db: Database, truck_id: str, service_date: date, *, principal: Principal
) -> DriverDay:
    """The day of a truck.

    Raises NotFound: no plan published for that date, no such truck, or a driver asks for a truck
    that is not theirs (nobody learns what else there is); Forbidden: a sensor key asks.
    """
    check_truck(principal, truck_id)
    with db.read() as tx:
        return day_of(tx, truck_id, service_date)


def day_changes(
    db: Database, truck_id: str, service_date: date, *, since: str, principal: Principal
) -> DayChanges:
    """What is new on a truck's day since the version `since`. Raises as `driver_day`."""
    check_truck(principal, truck_id)
    with db.read() as tx:
        day, known = _day(tx, truck_id, service_date)
    before, _, seq = since.partition("-")
    if before != day.version.partition("-")[0] or not seq.isdecimal():
        return DayChanges(day.version, day.timezone, day, day.state)
    news = [each.event for each in known if each.seq > int(seq)]
    stops, ids = {stop_of(each) for each in news}, {each.id for each in news}
    state = day.state
    return DayChanges(
        version=day.version,
        timezone=day.timezone,
        day=None,
        state=TruckState(
            stops=tuple(each for each in state.stops if each.visit_id in stops),
            unloads=tuple(each for each in state.unloads if each.event_id in ids),
            problems=tuple(each for each in state.problems if each.event_id in ids),
            break_since=state.break_since,
            position=state.position,
            last_event_at=state.last_event_at,
        ),
    )


def day_of(tx: Connection, truck_id: str, service_date: date) -> DriverDay:
    """The day of a truck, within a transaction. Raises NotFound as `driver_day`."""
    return _day(tx, truck_id, service_date)[0]


def _day(tx: Connection, truck_id: str, service_date: date) -> tuple[DriverDay, Sequence[Recorded]]:
    """The day, and the events that it comes from."""
    truck = fetch(tx, TRUCKS, truck_id)
    if truck is None:
        raise no_truck(truck_id)
    row = plan_in_force(tx, service_date)
    if row is None:
        raise NotFound(f"no plan for {service_date} is published")
    route = plans.fetch_route(tx, row.id, truck_id)
    steps = route.steps if route is not None else ()
    known = [recorded(each) for each in events.fetch_of_truck(tx, service_date, truck_id)]
    visit_ids = {each.ref for each in steps if each.kind == "visit"}
    timezone = plans.fetch_timezone(tx, row.id)
    card, cards = _truck_card(truck.item), _cards(tx, steps)
    planned = _fingerprint(row.id, timezone, card, route, cards)
    seq = max((each.seq for each in known), default=0)
    day = DriverDay(
        version=f"{planned}-{seq}",
        plan_id=row.id,
        service_date=service_date,
        timezone=timezone,
        finished_at=row.finished_at,
        truck=card,
        route=route,
        cards=cards,
        state=truck_state(known, plan_id=row.id, visit_ids=visit_ids),
    )
    return day, known


def _fingerprint(*planned: object) -> str:
    """16 hex digits that change with the plan, the route, or what is told of its places."""
    text = json.dumps(to_json(planned), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _truck_card(truck: Truck) -> TruckCard:
    return TruckCard(truck.id, truck.name, truck.compartments, tuple(sorted(truck.abilities)))


def _cards(tx: Connection, steps: Sequence[Step]) -> tuple[StopCard, ...]:
    """A card a place, in the order in which they are come to; what is gone has name and place."""
    refs: dict[str, set[str]] = {}
    for each in steps:
        refs.setdefault(each.kind, set()).add(each.ref)
    bins = {each.id: each for each in fetch_items(tx, BINS, sorted(refs.get("visit", ())))}
    wanted = sorted(refs.get("unload", ()))
    sites = {each.id: each for each in fetch_items(tx, DISPOSAL_SITES, wanted)}
    cards: dict[tuple[str, str], StopCard] = {}
    for step in steps:
        if step.kind == "visit":
            cards.setdefault(("bin", step.ref), _bin_card(step, bins.get(step.ref)))
        elif step.kind == "unload":
            cards.setdefault(("site", step.ref), _site_card(step, sites.get(step.ref)))
        elif step.kind in ("start", "end"):
            depot = StopCard(step.ref, "depot", step.name, step.place, _links(step))
            cards.setdefault(("depot", step.ref), depot)
    return tuple(cards.values())


def _links(step: Step) -> Links | None:
    at_all = isinstance(step.place, GeoPoint)
    return links_to(step.place, step.name) if at_all else None  # type: ignore[arg-type]  # as just asked


def _bin_card(step: Step, known: Bin | None) -> StopCard:
    card = StopCard(step.ref, "bin", step.name, step.place, _links(step))
    if known is None:
        return card
    return StopCard(
        card.ref,
        card.kind,
        card.name,
        card.place,
        card.links,
        fractions=(known.fraction,),
        district=known.district,
        containers=known.containers,
        volume_l=known.volume_l,
        access=tuple(sorted(known.access)),
        hours=known.hours,
    )


def _site_card(step: Step, known: DisposalSite | None) -> StopCard:
    fractions = () if known is None else tuple(sorted(known.fractions))
    hours = () if known is None else known.hours
    links = _links(step)
    return StopCard(step.ref, "site", step.name, step.place, links, fractions, hours=hours)

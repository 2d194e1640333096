"""Rules between things of the catalogue, which no single thing can check of itself."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Connection

from api.store.catalogue import BINS, DEPOTS, Item, bins_of_sensors, existing_ids, fetch_all
from optimiser.domain.bins import Bin
from optimiser.domain.fleet import Depot, Truck
from optimiser.domain.places import GeoPoint
from optimiser.domain.problem import out_of_reach
from optimiser.domain.readings import EYES
from optimiser.wire import FieldProblem

T = TypeVar("T")

Found = tuple[int, FieldProblem]
"""Index of the item, and what is wrong with it."""


def problems_between(tx: Connection, items: Sequence[Item]) -> list[Found]:
    """Everything that keeps these items, all of one kind, from going in together."""
    found = _missing_depots(tx, items) + _misplaced(items, _depot_places(tx, items))
    found += _taken_sensors(tx, items) + _stranded_bins(tx, items)
    return sorted(found, key=lambda each: each[0])


def _only(kind: type[T], items: Sequence[Item]) -> list[tuple[int, T]]:
    return [(index, each) for index, each in enumerate(items) if isinstance(each, kind)]


def _missing_depots(tx: Connection, items: Sequence[Item]) -> list[Found]:
    trucks = _only(Truck, items)
    known = existing_ids(tx, DEPOTS) if trucks else set()
    return [
        (index, FieldProblem(field, "there is no such depot", repr(depot_id)))
        for index, truck in trucks
        for field in ("start_depot_id", "end_depot_id")
        if (depot_id := getattr(truck, field)) not in known
    ]


def _depot_places(tx: Connection, items: Sequence[Item]) -> list[GeoPoint]:
    """Where depots are: those known and not edited here, or else the first of those edited."""
    edited = [each for _, each in _only(Depot, items)]
    ids = {each.id for each in edited}
    known = [each for each in fetch_all(tx, DEPOTS) if each.id not in ids]
    return _geo(known) or _geo(edited[:1])


def _geo(depots: Sequence[Depot]) -> list[GeoPoint]:
    return [each.place for each in depots if isinstance(each.place, GeoPoint)]


def _misplaced(items: Sequence[Item], depots: list[GeoPoint]) -> list[Found]:
    found: list[Found] = []
    for index, item in enumerate(items):
        if isinstance(item, Truck):
            continue
        if not isinstance(item.place, GeoPoint):
            found.append((index, FieldProblem("place", "give lon and lat in degrees")))
        elif complaint := out_of_reach(item.place, depots):
            found.append((index, FieldProblem("place", complaint)))
    return found


def _taken_sensors(tx: Connection, items: Sequence[Item]) -> list[Found]:
    """Sensors that two of the bins share, that sit in a bin that is not among them, or that are
    named as the drivers' own reports are.
    """
    bins = [(index, each) for index, each in _only(Bin, items) if each.sensor_id]
    edited = {each.id for _, each in _only(Bin, items)}
    held = bins_of_sensors(tx, [each.sensor_id for _, each in bins if each.sensor_id])
    first = {sensor: holder for sensor, holder in held.items() if holder not in edited}
    found: list[Found] = []
    for index, each in bins:
        if each.sensor_id == EYES:
            text = f"{EYES!r} stands for levels that drivers saw; give the sensor another name"
            found.append((index, FieldProblem("sensor_id", text, repr(each.sensor_id))))
        holder = first.setdefault(str(each.sensor_id), each.id)
        if holder != each.id:
            text = f"this sensor is in bin {holder!r}"
            found.append((index, FieldProblem("sensor_id", text, repr(each.sensor_id))))
    return found


def _stranded_bins(tx: Connection, items: Sequence[Item]) -> list[Found]:
    """A depot that is moved must not leave bins without a depot in reach."""
    edited = _only(Depot, items)
    if not edited:
        return []
    after = {each.id: each for each in (*fetch_all(tx, DEPOTS), *(each for _, each in edited))}
    places = _geo(list(after.values()))
    stranded = [each.id for each in fetch_all(tx, BINS) if out_of_reach(each.place, places)]
    if not stranded:
        return []
    text = f"{len(stranded)} bins, {stranded[0]!r} among them, would be too far from every depot"
    return [(edited[0][0], FieldProblem("place", text))]

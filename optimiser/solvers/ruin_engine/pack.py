"""The index model as arrays for the compiled search."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from optimiser.solvers.index import IndexModel, IndexSite, IndexStop, IndexTruck
from optimiser.solvers.merge import taken_ml
from optimiser.solvers.ruin_engine.data import (
    CALL,
    FAR,
    FIT,
    LATE,
    Flags,
    Floats,
    Ints,
    Legs,
    Records,
    Traffic,
    World,
)
from optimiser.solvers.ruin_engine.near import near_sites, near_stops
from optimiser.solvers.ruin_engine.pack_trucks import pack_trucks, per_hold
from optimiser.travel import TravelClock

KINDS = {"great_circle": 1, "manhattan": 2, "euclidean": 3}
ROUNDINGS = {"usual": 0, "nearest": 1, "down": 2}


def pack(model: IndexModel) -> World:
    """All that the compiled search needs to know of a problem with a truck."""
    kinds = kinds_of(model)
    rows = place_rows(model)
    call, windows = _calls(model)
    truck = pack_trucks(model, kinds, rows)
    traffic = _traffic(model)
    paid = bool(
        (truck["per_s"] > 0).any() or (truck["per_overtime_s"] > 0).any()
        or (truck["most_s"] < FAR).any() or model.imbalance_per_s > 0
    )  # fmt: skip
    return World(
        n=len(model.stops),
        sites=len(model.sites),
        trucks=len(model.trucks),
        holds=max(len(each.holds) for each in model.trucks),
        timed=paid or _may_bind(model, call, truck),
        paid=paid,
        bounded=bool((call["unload_by"] < LATE).any()),
        imbalance=float(model.imbalance_per_s),
        change=float(model.change),
        legs=_legs(model, rows),
        traffic=traffic,
        call=call,
        windows=windows,
        fit=_fits(model, kinds),
        allowed=_allowed(model),
        near=near_stops(model),
        near_sites=near_sites(model),
        truck=truck,
        capacity=per_hold(model, [_limits(each) for each in model.trucks], FAR),
        on_board=per_hold(model, [each.on_board for each in model.trucks], 0),
        moments=_moments(traffic),
        windowed=_windowed(call[: len(model.stops)]),
        mixed=len(set(kinds)) > 1 or any(stop.published is not None for stop in model.stops),
        optional=any(not stop.required for stop in model.stops),
    )


def kinds_of(model: IndexModel) -> list[int]:
    """A number for each truck, the same for trucks that differ in nothing but their id."""
    known: dict[IndexTruck, int] = {}
    alike = [replace(truck, id="any") for truck in model.trucks]
    return [known.setdefault(truck, len(known)) for truck in alike]


def place_rows(model: IndexModel) -> list[int]:
    """Matrix row of each place: stops, sites, then starts and ends of trucks."""
    rows = [stop.row for stop in model.stops] + [site.row for site in model.sites]
    ends = {truck.start_row for truck in model.trucks} | {truck.end_row for truck in model.trucks}
    return rows + sorted(ends)


def _limits(truck: IndexTruck) -> tuple[tuple[int, int], ...]:
    return tuple(
        (
            FAR if hold.capacity_g is None else hold.capacity_g,
            FAR if hold.capacity_ml is None else hold.capacity_ml,
        )
        for hold in truck.holds
    )


def _legs(model: IndexModel, rows: list[int]) -> Legs:
    points = model.travel.points
    if points is None:
        out = np.stack(model.travel.block(rows, rows), axis=-1).astype(np.int32)
        into = np.ascontiguousarray(out.transpose(1, 0, 2))
        return Legs(0, out, into, np.zeros((1, 3)), 1.0, 1.0, 0)
    none = np.zeros((1, 1, 2), dtype=np.int32)
    return Legs(
        KINDS[points.kind],
        none,
        none,
        np.ascontiguousarray(points.xyz[rows]),
        float(points.detour),
        float(points.speed_ms),
        ROUNDINGS[points.rounding],
    )


def _traffic(model: IndexModel) -> Traffic:
    factors = model.problem.travel.hour_factors
    first, done, factor = TravelClock(model.problem).quarters()
    flat = factors[0] if len(set(factors)) == 1 else 0.0
    return Traffic(float(flat), first, np.ascontiguousarray(np.stack([done, factor], axis=1)))


def _moments(traffic: Traffic) -> Ints:
    """Departures worth a try: those round the moments at which traffic gets lighter."""
    factor = traffic.quarters[:, 1]
    falls = np.flatnonzero(factor[1:] < factor[:-1]) + 1
    at = traffic.first + 900 * falls
    at = at[(at > 0) & (at < 2 * 86_400)]
    return np.unique(np.concatenate([at + step for step in (0, -900, -1800, -3600)]))


def _calls(model: IndexModel) -> tuple[Records, Ints]:
    """Stops and sites as records, and all their windows."""
    both: Sequence[IndexStop | IndexSite] = (*model.stops, *model.sites)
    call = np.zeros(max(1, len(both)), dtype=CALL)
    call["unload_by"], call["published"] = LATE, -2
    spans: list[tuple[int, int]] = []
    for row, each in enumerate(both):
        call[row]["opens"], call[row]["closes"] = each.windows[0][0], each.windows[-1][1]
        call[row]["windows"], call[row]["window"] = len(each.windows), len(spans)
        spans += each.windows
        if isinstance(each, IndexStop):
            _write_stop(model, each, call[row])
        else:
            call[row]["service"] = each.unload_s
    for truck in model.trucks:
        for kind, position in truck.first:
            if kind == "stop":
                call[position]["fixed"] = 1
    return call, np.array(spans or [(0, 0)], dtype=np.int64)


def _write_stop(model: IndexModel, stop: IndexStop, record: Records) -> None:
    record["service"], record["required"] = stop.service_s, stop.required
    record["visits"], record["lifts"] = len(stop.visits), stop.lifts
    record["grams"], record["ml"] = stop.mass_g, stop.volume_ml
    record["unload_by"] = LATE if stop.unload_by_s is None else stop.unload_by_s
    record["prize"] = float(stop.prize)
    if stop.published is not None:
        record["published"] = stop.published
        record["prize"] += model.change * len(stop.visits)


def _windowed(stops: Records) -> bool:
    return len(np.unique(stops["opens"])) > 1 or len(np.unique(stops["closes"])) > 1


def _fits(model: IndexModel, kinds: list[int]) -> Records:
    """What each call is to each kind of truck, shape (calls, kinds)."""
    calls = len(model.stops) + len(model.sites)
    fit = np.zeros((max(1, calls), max(kinds) + 1), dtype=FIT)
    for kind in range(max(kinds) + 1):
        truck = model.trucks[kinds.index(kind)]
        holds = {stop.fraction: truck.hold_of(stop.fraction) for stop in model.stops}
        for row, stop in enumerate(model.stops):
            hold = holds[stop.fraction]
            if hold is not None:
                fit[row, kind] = hold, 0, taken_ml(truck, hold, stop.volume_ml)
        for row, site in enumerate(model.sites, len(model.stops)):
            mask = sum(1 << h for h, hold in enumerate(truck.holds) if site.empties(hold))
            fit[row, kind] = 0, mask, 0
    return fit


def _allowed(model: IndexModel) -> Flags:
    allowed = np.zeros((max(1, len(model.stops)), len(model.trucks)), dtype=np.uint8)
    for row, stop in enumerate(model.stops):
        allowed[row, list(stop.trucks)] = 1
    return allowed


def _may_bind(model: IndexModel, call: Records, truck: Records) -> bool:
    """Whether any time could be missed: not if a truck could do everything one stop at a time."""
    flat = len(set(model.problem.travel.hour_factors)) == 1
    rested = (truck["lunch_s"] < 0).all() and (truck["drive_most"] >= FAR).all()
    unbound = (truck["most_driving"] >= FAR).all() and (call["unload_by"] >= LATE).all()
    if not (flat and rested and unbound and model.stops):
        return bool(model.stops)
    longest = _longest(model, call)
    begins = int(truck["leave_from"].max())
    return bool(
        begins + longest > truck["home_until"].min()
        or (truck["home_from"] > truck["leave_from"]).any()
        or (call["opens"] > truck["leave_from"].min()).any()
        or (call["closes"] < begins + longest).any()
        or (call["windows"] > 1).any()
    )


def _longest(model: IndexModel, call: Records) -> int:
    """More seconds than one truck needs for all stops, going to the farthest place for each."""
    n = len(model.stops)
    away = model.travel.block([s.row for s in model.stops], place_rows(model)[n:])[1]
    factor = model.problem.travel.hour_factors[0]
    legs: Floats = (4 * (away.max() + 1) * factor + 4) * np.ones(1)
    work = int(call["service"][:n].sum()) + n * int(call["service"][n:].max(initial=0))
    return work + int(legs[0]) * (n + 1)

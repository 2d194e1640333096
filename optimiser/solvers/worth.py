"""Drops optional stops that can never be worth their prize, so that the search is smaller.

The bound: without a visit, the truck saves at least the energy of its lifts and of standing
there; where nothing in the problem ever makes a truck wait, also the paid time of the
emptying; and, in problems small enough to try all pairs, the shortest detour that any two
places make over it, in road costs of the cheapest truck. If that is more than the prize,
every plan gets cheaper by leaving the visit out, so no best plan has it.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.units import whole
from optimiser.solvers.index import IndexModel, IndexStop, Prices, moved

LARGEST = 700
"""Most places for which all detours are tried: the work grows with the third power."""


def without_hopeless(model: IndexModel) -> IndexModel:
    """The model without optional stops whose prize is below the least they could cost."""
    if all(stop.required for stop in model.stops):
        return model
    detours = _least_detour_m(model)
    waits = may_wait(model)
    prices = {
        able: {model.trucks[number].prices for number in able}
        for able in {stop.trucks for stop in model.stops}
    }
    promised = {place for truck in model.trucks for place in truck.first}
    kept = [
        number
        for number, stop in enumerate(model.stops)
        if stop.required or stop.published is not None or ("stop", number) in promised
        or stop.prize > _least_cost(prices[stop.trucks], stop, detours, waits=waits)
    ]  # fmt: skip
    new = {number: position for position, number in enumerate(kept)}
    return replace(
        model,
        trucks=tuple(moved(truck, new) for truck in model.trucks),
        stops=tuple(model.stops[number] for number in kept),
    )


def may_wait(model: IndexModel) -> bool:
    """Whether any window could make a truck wait once it has left its depot."""
    first = min((truck.leave[0][0] for truck in model.trucks), default=0)
    windows = [stop.windows for stop in model.stops] + [site.windows for site in model.sites]
    windows += [truck.home for truck in model.trucks]
    return any(len(each) > 1 or each[0][0] > first for each in windows)


def _least_cost(
    prices: set[Prices], stop: IndexStop, detours: dict[int, int], *, waits: bool
) -> int:
    return min(
        _work_cost(each, stop, waits=waits)
        + whole(each.per_m_empty * detours.get(stop.row, 0), "down")
        for each in prices
    )


def _work_cost(prices: Prices, stop: IndexStop, *, waits: bool) -> int:
    paid = 0 if waits else min(prices.per_paid_s, prices.per_overtime_s) * stop.service_s
    return paid + whole(
        prices.per_work_s * stop.service_s + prices.per_lift * stop.lifts, "down"
    )  # fmt: skip


def _least_detour_m(model: IndexModel) -> dict[int, int]:
    """Row -> the least metres by which any pair of other places gets farther apart over it."""
    rows = _rows(model)
    if len(rows) > LARGEST:
        return {}
    metres = model.travel.block(rows, rows)[0]
    optional = {stop.row for stop in model.stops if not stop.required}
    return {row: max(0, _least(metres, place)) for place, row in enumerate(rows) if row in optional}


def _least(metres: NDArray[np.int64], place: int) -> int:
    others = np.arange(len(metres)) != place
    into, out = metres[others, place], metres[place, others]
    return int((into[:, None] + out[None, :] - metres[np.ix_(others, others)]).min())


def _rows(model: IndexModel) -> list[int]:
    rows = {stop.row for stop in model.stops} | {site.row for site in model.sites}
    for truck in model.trucks:
        rows |= {truck.start_row, truck.end_row}
    return sorted(rows)

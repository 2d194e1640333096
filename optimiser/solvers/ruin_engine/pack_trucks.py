"""Trucks of the index model as records for the compiled search."""

from collections.abc import Sequence

import numpy as np

from optimiser.solvers.index import IndexModel, IndexTruck
from optimiser.solvers.ruin_engine.data import FAR, TRUCK, Ints, Records


def pack_trucks(model: IndexModel, kinds: list[int], rows: list[int]) -> Records:
    """A record a truck; `rows` are the matrix rows of all places."""
    ends = len(model.stops) + len(model.sites)
    places = {row: ends + number for number, row in enumerate(rows[ends:])}
    trucks = np.zeros(len(model.trucks), dtype=TRUCK)
    for number, truck in enumerate(model.trucks):
        record = trucks[number]
        record["kind"], record["out"] = kinds[number], truck.drives_anyway
        record["start"], record["end"] = places[truck.start_row], places[truck.end_row]
        _write_times(truck, record)
        _write_limits(truck, record)
        _write_prices(truck, record)
    return trucks


def _write_times(truck: IndexTruck, record: Records) -> None:
    record["leave_from"], record["leave_until"] = truck.leave[0][0], truck.leave[-1][1]
    record["home_from"], record["home_until"] = truck.home[0][0], truck.home[-1][1]
    record["shift_end"], record["lunch_s"] = truck.shift_end_s, -1
    if truck.lunch is not None:
        record["lunch_s"] = truck.lunch.duration_s
        record["lunch_from"], record["lunch_until"] = truck.lunch.earliest_s, truck.lunch.latest_s
    record["drive_most"] = FAR
    if truck.driving is not None:
        record["drive_most"], record["drive_rest"] = truck.driving.most_s, truck.driving.rest_s
        record["driven"] = truck.driving.driven_s


def _write_limits(truck: IndexTruck, record: Records) -> None:
    limits = truck.limits
    for field, most in (
        ("most_stops", limits.stops),
        ("most_m", limits.distance_m),
        ("most_s", limits.duration_s),
        ("most_driving", limits.driving_s),
        ("most_g", limits.mass_g),
        ("most_ml", limits.volume_ml),
    ):
        record[field] = FAR if most is None else most


def _write_prices(truck: IndexTruck, record: Records) -> None:
    prices = truck.prices
    capacity = sum(hold.capacity_g or 0 for hold in truck.holds)
    record["fixed"], record["per_m"] = prices.fixed, prices.per_m_empty
    # `per_m` of the index model is the price at half load
    by_load = 2 * (prices.per_m - prices.per_m_empty) / capacity if capacity else 0.0
    record["per_m_g"], record["per_s"] = by_load, prices.per_paid_s
    record["per_overtime_s"] = prices.per_overtime_s
    record["per_work_s"], record["per_lift"] = prices.per_work_s, prices.per_lift


def per_hold(
    model: IndexModel, amounts: Sequence[Sequence[tuple[int, int]]], otherwise: int
) -> Ints:
    """Grams and millilitres of each truck's holds in turn, shape (trucks, 2 * holds)."""
    holds = max(len(truck.holds) for truck in model.trucks)
    table = np.full((len(model.trucks), 2 * holds), otherwise, dtype=np.int64)
    for row, pairs in enumerate(amounts):
        for hold, (grams, ml) in enumerate(pairs):
            table[row, 2 * hold], table[row, 2 * hold + 1] = grams, ml
    return table

"""Which stops and sites are near a stop, by the way between them and by when they are open."""

import numpy as np
from numpy.typing import NDArray

from optimiser.solvers.index import IndexModel
from optimiser.solvers.ruin_engine.data import Shorts

NEAREST = 48
"""Neighbours of a stop that it may be put beside."""
CONSIDERED = 1024
"""Of so many that are nearest by the way alone, those are picked that are open at like times."""
SITES = 6
"""Sites of a stop that are tried."""
BLOCK = 256
"""Rows computed at a time, so that memory grows with the stops and not with their square."""
WAITING = 0.2
"""Seconds of waiting count for so many of driving (Vidal, Crainic, Gendreau and Prins 2013)."""


def near_stops(model: IndexModel) -> Shorts:
    """Positions of the nearest stops of each stop, nearest first, shape (n, <= NEAREST)."""
    n = len(model.stops)
    width = min(NEAREST, max(0, n - 1))
    near = np.zeros((n, width), dtype=np.int32)
    if width == 0:
        return near
    rows = np.array([stop.row for stop in model.stops])
    times = _Times(model)
    for first in range(0, n, BLOCK):
        block = np.arange(first, min(n, first + BLOCK))
        ways = _ways(model, rows, block)
        ways[np.arange(len(block)), block] = np.inf
        some = _least(ways, min(CONSIDERED, n - 1))
        far = np.take_along_axis(ways, some, axis=1) + times.apart(block, some)
        picked = _least(far, width)
        order = np.argsort(np.take_along_axis(far, picked, axis=1), axis=1, kind="stable")
        near[block] = np.take_along_axis(some, np.take_along_axis(picked, order, axis=1), axis=1)
    return near


def _least(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Positions of the `count` least of each row, in any order."""
    return np.argpartition(values, count - 1, axis=1)[:, :count]


def _ways(
    model: IndexModel, rows: NDArray[np.int64], block: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Seconds between the stops of a block and all stops, the shorter of both directions.

    Straight lines do for coordinates: only the order of distances matters.
    """
    points = model.travel.points
    if points is None:
        there = model.travel.block(rows[block], rows)[1].astype(np.float64)
        back = model.travel.block(rows, rows[block])[1].astype(np.float64).T
        return np.minimum(there, back)
    here, all_ = points.xyz[rows[block]], points.xyz[rows]
    if points.kind == "manhattan":
        apart = np.abs(here[:, None, 0] - all_[None, :, 0])
        apart += np.abs(here[:, None, 1] - all_[None, :, 1])
    else:
        squared = (here**2).sum(1)[:, None] + (all_**2).sum(1)[None, :] - 2 * here @ all_.T
        apart = np.sqrt(np.maximum(squared, 0.0))
    if points.kind == "great_circle":
        apart *= 6_371_008.8
    return np.asarray(apart * points.detour / points.speed_ms)


class _Times:
    """How badly the hours of two stops follow each other, in seconds.

    What must be unloaded by a time is a stop's hours too: it cannot be taken later than leaves time
    for the way to a site, nor share its trip with what opens too late for that.
    """

    def __init__(self, model: IndexModel) -> None:
        first = np.array([stop.windows[0][0] for stop in model.stops], dtype=np.float64)
        last = np.array([stop.windows[-1][1] for stop in model.stops], dtype=np.float64)
        starts = min(truck.leave[0][0] for truck in model.trucks)
        ends = max(truck.home[-1][1] for truck in model.trucks)
        self._service = np.array([stop.service_s for stop in model.stops], dtype=np.float64)
        self._due = np.array(
            [np.inf if s.unload_by_s is None else s.unload_by_s for s in model.stops]
        )
        self._home = _to_site(model) if np.isfinite(self._due).any() else np.zeros(len(first))
        last = np.minimum(last, self._due - self._home - self._service)
        self._first, self._last = np.clip(first, starts, ends), np.clip(last, starts, ends)
        self._bound = bool((self._first > starts).any() or (self._last < ends).any())

    def apart(
        self, block: NDArray[np.int64], others: NDArray[np.int64]
    ) -> NDArray[np.float64] | float:
        """Waiting (in part) and lateness of going from one to the other, in the better order.

        Shape of `others`, which has a row for each stop of the block.
        """
        if not self._bound:
            return 0.0
        there = self._misfit(block[:, None], others)
        back = self._misfit(others, block[:, None])
        return np.minimum(there, back)

    def _misfit(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
        waiting = np.maximum(0, self._first[b] - self._last[a] - self._service[a])
        late = np.maximum(0, self._first[a] + self._service[a] - self._last[b])
        overdue = np.maximum(0, self._first[b] + self._service[b] + self._home[b] - self._due[a])
        return WAITING * waiting + late + overdue


def _to_site(model: IndexModel) -> NDArray[np.float64]:
    """Seconds from each stop to the nearest site."""
    rows, sites = [s.row for s in model.stops], [s.row for s in model.sites]
    if not sites:
        return np.zeros(len(rows))
    return model.travel.block(rows, sites)[1].min(axis=1).astype(np.float64)


def near_sites(model: IndexModel) -> Shorts:
    """Positions of the nearest sites of each stop, shape (n, <= SITES)."""
    n, width = len(model.stops), min(SITES, len(model.sites))
    if n == 0 or width == 0:
        return np.zeros((n, 0), dtype=np.int32)
    rows, sites = [s.row for s in model.stops], [s.row for s in model.sites]
    metres = model.travel.block(rows, sites)[0]
    return np.argsort(metres, axis=1, kind="stable")[:, :width].astype(np.int32)

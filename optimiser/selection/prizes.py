"""Prizes of all bins: the money lost, in expectation, by leaving each today."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay, Weekday
from optimiser.selection.ahead import Floats, Growth, Ints, Noons, after_emptying, left_alone
from optimiser.selection.stops import BoolArray, make_map
from optimiser.selection.trip_days import TIRED, Bins, Outlook, best_days
from optimiser.selection.trips import Trip

USUAL_FILL = 0.85
"""Waste fills a bin to this before it is usually emptied."""
ANY_DAY = Trip(fractions=frozenset({"any"}), start_eur=0.0, km_eur=3.7, hour_eur=45.0, stops=1000.0)
"""Where nothing is known of the fleet: usual costs of a km and an hour, and trucks go anyway."""


@dataclass(frozen=True, slots=True)
class Prizes:
    """By bin, shape (bins,): the prize and that part of it which is overflow, in euros, and the
    chance (1 the next one) until which the bin is best left, or the number after the last.
    """

    prize_eur: Floats
    overflow_eur: Floats
    left_until: Ints


def prizes(
    bins: Sequence[Bin],
    grown: Growth,
    required: BoolArray,
    time: Noons,
    *,
    trips: Sequence[Trip],
    weight: float,
    visit_weight: float,
) -> Prizes:
    """The prizes of bins, which share trucks with those that the same trip serves. Where one is
    required (bins,), a truck goes today anyway. `weight` is that of overflow, `visit_weight` that
    of a stop.
    """
    found = Prizes(np.zeros(len(bins)), np.zeros(len(bins)), np.ones(len(bins), dtype=np.int64))
    for trip, rows in _by_trip(bins, trips):
        part = _of_trip(
            [bins[row] for row in rows.tolist()],
            _rows(grown, rows),
            time,
            trip=trip,
            weight=weight,
            visit_weight=visit_weight,
            today_anyway=bool(required[rows].any()),
        )
        found.prize_eur[rows], found.overflow_eur[rows] = part.prize_eur, part.overflow_eur
        found.left_until[rows] = part.left_until
    return found


def _of_trip(
    bins: Sequence[Bin],
    grown: Growth,
    time: Noons,
    *,
    trip: Trip,
    weight: float,
    visit_weight: float,
    today_anyway: bool,
) -> Prizes:
    cost = weight * np.array([each.overflow_cost_eur for each in bins])[:, None]
    places = make_map(bins)
    usual_way = places.way_km(np.minimum(1.0, grown.rate / USUAL_FILL))
    work = np.array([each.service_s for each in bins]) / 3600 * trip.hour_eur
    stop = visit_weight * (work + usual_way * trip.km_eur)
    left = cost * left_alone(grown, time.visits)
    known = Bins(
        left=left,
        again=tuple(
            cost * after_emptying(grown, time.visits, each) for each in range(len(time.visits))
        ),
        stop=stop,
        open=_open(bins, time.days, trip.days),
        end=stop * _tired(grown.level + grown.rate * grown.days[:, -1]),
        end_after=stop[:, None]
        * _tired(grown.rate[:, None] * (grown.days[:, -1:] - grown.days[:, time.visits])),
    )
    daily = _usual_stops(grown) >= trip.stops  # a truck is full every day anyway
    start_eur = 0.0 if daily else trip.start_eur
    outlook = best_days(known, start_eur, trip.stops, today_anyway=today_anyway)
    due = _due(grown, time.visits, outlook.first)
    dearer = (places.way_km(due) - usual_way[:, None]) * trip.km_eur
    return _prizes(known, outlook, visit_weight * dearer)


def _prizes(known: Bins, outlook: Outlook, dearer: Floats) -> Prizes:
    """`dearer` (bins, chances): what a stop costs more than usual, by who else is due then."""
    until = outlook.until.copy()
    until[:, :-1] += dearer
    best = until.argmin(axis=1)
    every = np.arange(len(best))
    prize = np.maximum(until[every, best] - outlook.emptied, 0.0)
    return Prizes(prize, np.minimum(known.left[every, best + 1], prize), best + 1)


def _due(grown: Growth, visits: Ints, first: Ints) -> Floats:
    """Share of bins that are emptied at each chance after today's, (bins, chances): all at their
    first chance, and from then on as often as they fill.
    """
    chance = np.arange(1, len(visits))
    apart = np.diff(grown.days[:, visits], axis=1)
    again = np.minimum(1.0, grown.rate[:, None] * apart / USUAL_FILL)
    later = np.where(first[:, None] < chance, again, 0.0)
    return np.where(first[:, None] == chance, 1.0, later)


def _usual_stops(grown: Growth) -> float:
    """Stops a day if every bin is emptied at its usual fill, once a day at most."""
    return float(np.minimum(1.0, grown.rate / USUAL_FILL).sum())


def _tired(level: Floats) -> Floats:
    return np.asarray(np.clip(level / USUAL_FILL, 0.0, TIRED))


def _by_trip(bins: Sequence[Bin], trips: Sequence[Trip]) -> list[tuple[Trip, Ints]]:
    """Each bin goes with the trip whose start costs least a stop, of those that serve it: it is
    the one that goes most often. With the dearer one it would seem to need no trip of its own on
    each day on which a bin, that in truth the cheaper one empties, is required.
    """
    free = np.ones(len(bins), dtype=bool)
    groups = []
    for trip in sorted(trips, key=lambda each: each.start_eur / each.stops):
        rows = np.flatnonzero(free & np.array([trip.serves(each) for each in bins]))
        free[rows] = False
        groups.append((trip, rows))
    groups.append((ANY_DAY, np.flatnonzero(free)))
    return [(trip, rows) for trip, rows in groups if len(rows)]


def _rows(grown: Growth, rows: Ints) -> Growth:
    return Growth(*(getattr(grown, name)[rows] for name in Growth.__slots__))


def _open(bins: Sequence[Bin], days: Sequence[ServiceDay], driven: frozenset[Weekday]) -> BoolArray:
    """Whether a truck drives and the bin may be emptied, (bins, days)."""
    hours = {each.hours for each in bins}
    by_hours = {
        each: [day.weekday in driven and bool(day.windows(each)) for day in days] for each in hours
    }
    return np.array([by_hours[each.hours] for each in bins])

"""How far a reading is to be believed, and what it tells of its sensor."""

from dataclasses import dataclass, fields

import numpy as np

from optimiser.domain.readings import Quality
from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray
from optimiser.forecast.belief import Belief, chance
from optimiser.forecast.event import EMPTIED, READ, TELLS_TILT, Rank
from optimiser.forecast.sensing import (
    CHANGES_FOR_STUCK,
    STUCK_ODDS,
    STUCK_RISE,
    TILTED_ODDS,
    UNLIKELY,
    Sensing,
    faded,
    fitting,
    usual_gap,
)
from optimiser.forecast.track import Match, Seen

FINE, STUCK, TILTED = 0, 1, 2
"""What a sensor is taken for."""
SPIKES = 0.02
"""Share of readings that say nothing: 1-3 % (general knowledge of the field)."""
ANY = 1.0
"""Likelihood, per unit of fill, of a reading that says nothing."""
SUSPICIOUS_FACTOR = 9.0
"""A suspicious reading has three times the standard deviation of a good one."""
TELLING = 6.0
"""Log odds that a device's own word adds to its being tilted."""
_TOP = (0.99, 1.0)
"""Many sensors cannot see above full: such a reading never lowers a level."""
_HEAP = 1.5
_STUCK_LEAST = 0.08
"""However unlikely a repeated value is, so much must have come in meanwhile."""
_CURED = -2.0


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reading comes to, all (events,).

    `share` is the chance that it is true of the main track, `believed` that which it is taken
    with (none of a faulty sensor), `other` the same for the other track.
    """

    match: Match
    share: FloatArray
    believed: FloatArray
    other_match: Match
    other_believed: FloatArray
    odds: FloatArray
    faulty: IntArray
    same: BoolArray


def seen_by(sensing: Sensing, event: Rank, level: FloatArray) -> Seen:
    """Between which levels a sensor's steps and ends put the bin; `level` is what was believed."""
    half = sensing.step / 2
    fill = event.fill
    at_top = (fill >= _TOP[0]) & (fill <= _TOP[1]) & (sensing.highest <= _TOP[1]) & (level > fill)
    noise_var = sensing.noise_var
    return Seen(
        fill=fill,
        low=np.where(fill <= 0, -np.inf, fill - half),
        high=np.where(at_top | (fill >= _HEAP), np.inf, fill + half),
        noise_var=np.where(event.suspicious, SUSPICIOUS_FACTOR * noise_var, noise_var),
    )


def judged(now: Belief, sensing: Sensing, event: Rank, seen: Seen) -> tuple[Sensing, Judged]:
    """Sensors after an event of each bin, their noise as before, and what the readings come to."""
    read = event.read
    match, other = now.main.match(seen), now.other.match(seen)
    true = (1 - SPIKES) * match.likelihood
    other_true = (1 - SPIKES) * other.likelihood
    nothing = SPIKES * ANY
    all_in_all = true + nothing
    plain = all_in_all + chance(now.odds) * (other_true + nothing - all_in_all)
    same = (event.kind == READ) & (np.abs(event.fill - sensing.fill) < 1e-9)
    stuck, is_stuck = _stuck(now, sensing, event, match=match, seen=seen, same=same)
    doubt, is_tilted = _tilted(sensing, event, match, plain)
    faulty = np.where(is_stuck, STUCK, np.where(is_tilted, TILTED, FINE))
    faulty = np.where(event.kind == EMPTIED, sensing.faulty, faulty)
    spike = SPIKES + (1 - 2 * SPIKES) * chance(sensing.doubt)
    share = (1 - spike) * match.likelihood
    share = share / (share + spike * ANY)
    found = Judged(
        match=match,
        share=true / all_in_all,
        believed=np.where(read & (faulty == FINE), share, 0.0),
        other_match=other,
        other_believed=np.where(read & (faulty != STUCK), other_true / (other_true + nothing), 0.0),
        odds=now.odds + np.where(read, np.log((other_true + nothing) / all_in_all), 0.0),
        faulty=faulty,
        same=same,
    )
    return _sensed(sensing, event, found, stuck, doubt), found


def _sensed(
    before: Sensing, event: Rank, found: Judged, stuck: FloatArray, doubt: FloatArray
) -> Sensing:
    read, same = event.read, found.same
    return Sensing(
        noise_sum=before.noise_sum,
        noise_n=before.noise_n,
        fits=fitting(before.fits, event.fill, read & ~same),
        changes=before.changes + (read & ~same),
        highest=np.where(read, np.maximum(before.highest, event.fill), before.highest),
        fill=event.fill,
        time_s=event.time_s,
        gap_s=usual_gap(before, event.time_s),
        run_day=np.where(same, before.run_day, event.day),
        stuck=stuck,
        doubt=doubt,
        faulty=found.faulty,
        readings=before.readings + 1,
    )


def _tilted(
    sensing: Sensing, event: Rank, match: Match, plain: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Log odds that a sensor says anything, and whether it is taken to; `plain` is how likely
    the reading is of one that does not.
    """
    anything = (1 - SPIKES - 0.01) * ANY + (SPIKES + 0.01) * match.likelihood
    odds = sensing.doubt + np.where(event.kind == READ, np.log(anything / plain), 0.0)
    odds = np.clip(odds + np.where(event.kind == TELLS_TILT, TELLING, 0.0), TILTED_ODDS, 7.0)
    was_tilted = sensing.faulty == TILTED
    return odds, (odds > UNLIKELY) | (was_tilted & (odds > _CURED))


def _stuck(
    now: Belief, sensing: Sensing, event: Rank, *, match: Match, seen: Seen, same: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Log odds that a sensor is stuck, and whether it is taken to be."""
    step_ = sensing.step
    width = seen.high - seen.low
    repeated = np.minimum(match.likelihood * np.where(width > 1.0, 0.1, width), 1.0)
    odds = np.where(
        same, sensing.stuck - np.log((1 - SPIKES) * repeated + 0.1 * SPIKES), STUCK_ODDS
    )
    rise = now.safe.rate * (event.day - sensing.run_day)
    likely = (odds > UNLIKELY) & (rise > np.maximum(_STUCK_LEAST, 2.5 * step_))
    likely &= sensing.changes >= CHANGES_FOR_STUCK
    return odds, same & (likely | (rise > STUCK_RISE + step_))


def measured(sensed: Sensing, now: Belief, judged: Judged, seen: Seen, event: Rank) -> Sensing:
    """The sensor's noise, learned from readings as far as they are believed."""
    match, spread = judged.match, judged.match.spread
    noise = seen.noise_var / spread
    off = match.mean - now.main.level
    # what the reading tells of its own noise, once the level's doubt is taken off
    size = noise**2 * (off**2 + match.var) + now.main.level_var * noise
    taken = np.where(event.suspicious, 0.0, judged.believed)
    read = event.kind == READ
    return Sensing(
        np.where(read, faded(sensed.noise_sum, taken * size), sensed.noise_sum),
        np.where(read, faded(sensed.noise_n, taken), sensed.noise_n),
        *(getattr(sensed, each.name) for each in fields(sensed)[2:]),
    )


def quality_of(judged: Judged, event: Rank) -> IntArray:
    """The `Quality` of each reading, 0 of an emptying."""
    believed = np.where(judged.believed > 0.9, Quality.ACCEPTED, Quality.SUSPICIOUS)
    found = np.where(judged.believed < 0.5, Quality.LIKELY_INVALID, believed)
    found = np.where(event.suspicious, np.minimum(found, Quality.SUSPICIOUS), found)
    return np.where(event.kind == EMPTIED, Quality.UNCHECKED, found)

"""One event of many bins at once: predict to its time, judge it, learn from it.

Each bin has a main track and, while something is in doubt, another: it was emptied after all,
or was not, or holds what nobody expected. Readings decide between the two. A third, the safe
one, leaves out readings since the first that may be a faulty sensor's; it comes back when the
sensor is found out. All is told row by row, so that a bin's belief depends on its own events
only, and going on from it is the same, to the last bit, as starting over.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from optimiser.domain.readings import Quality
from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray
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
from optimiser.forecast.track import Match, Nature, Seen, Track

READ, TELLS_TILT, EMPTIED = 0, 1, 2
"""Kinds of events: a reading, a reading that its own device takes for invalid, an emptying."""
FINE, STUCK, TILTED = 0, 1, 2
EMPTY_LEVEL, EMPTY_SD = 0.02, 0.03
"""What is left in a bin when a driver says it was emptied (general knowledge of the field)."""
UNKNOWN_LEVEL, UNKNOWN_SD = 0.5, 0.3
"""A bin of which nothing was ever heard is anywhere from empty to full."""
DROP, LOW = 0.3, 0.2
"""A fall of more than 30 points to under 20 % is an emptying (general knowledge of the field)."""
SPIKES = 0.02
"""Share of readings that say nothing: 1-3 % (general knowledge of the field)."""
ANY = 1.0
"""Likelihood, per unit of fill, of a reading that says nothing."""
FELL_ODDS, ROSE_ODDS, WRONG_BIN_ODDS = -0.7, -5.0, -4.0
"""Log odds at first that a reading nobody expected is true: that the bin was emptied unseen,
that something else happened; and that a driver who emptied a bin did not empty this one."""
NEVER, HARDLY = -np.inf, -7.0
SUSPICIOUS_FACTOR = 9.0
"""A suspicious reading has three times the standard deviation of a good one."""
TELLING = 6.0
"""Log odds that a device's own word adds to its being tilted."""
_TOP = (0.99, 1.0)
"""Many sensors cannot see above full: such a reading never lowers a level."""
_HEAP = 1.5
_CLEAN = 2
_IN_DOUBT = -3.0
_STUCK_LEAST = 0.08
"""However unlikely a repeated value is, so much must have come in meanwhile."""
_BORROWED_FILLS = 4.0
"""The kind's size of deposits weighs as much as a bin filled so many times."""
_BLIND_RATE = 0.25
"""Nearer than this share nobody knows the rate of a bin that is only ever emptied."""
_UNTOLD = 0.1
"""Share of emptyings that come by another rule, or after one that was not told."""
_SURE_FAULT, _CURED, _SAFE_DOUBT = UNLIKELY, -2.0, -4.0


@dataclass(frozen=True, slots=True)
class Rank:
    """At most one event of each bin, all (events,). `kind` as above; `day` is deposit days."""

    kind: IntArray
    time_s: FloatArray
    day: FloatArray
    fill: FloatArray
    suspicious: BoolArray


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of bins, (bins,).

    - `main`, `other`, `safe`: tracks at deposit day `day` (NaN before any event); `odds` of the
      other against the main, minus infinity if there is none.
    - `emptied_s`, `other_emptied_s`: the last emptying as either track has it, NaN if none.
    - `heard_s`, `readings`: the last reading believed and how many were; `safe_heard_s` and
      `safe_readings` by the safe track. `clean`: believed readings in a row.
    - `deposits`, `deposited`: variance of what came in, and how much that was, in fills.
    """

    main: Track
    other: Track
    safe: Track
    day: FloatArray
    odds: FloatArray
    emptied_s: FloatArray
    other_emptied_s: FloatArray
    heard_s: FloatArray
    safe_heard_s: FloatArray
    readings: IntArray
    safe_readings: IntArray
    clean: IntArray
    deposits: FloatArray
    deposited: FloatArray

    @property
    def deposit_share(self) -> FloatArray:
        """Variance of the level per fill deposited, drawn to that of the kind."""
        return self.deposits / self.deposited

    @property
    def level_var(self) -> FloatArray:
        """That of the main track, and what is in doubt between it and the other."""
        apart = (self.main.level - self.other.level) ** 2
        doubt = np.where(self.odds > _IN_DOUBT, _chance(self.odds) * apart, 0.0)
        return self.main.level_var + doubt

    def where(self, rows: IntArray | slice) -> Self:
        parts: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        taken: dict[str, Any] = {
            name: each.where(rows) if isinstance(each, Track) else each[rows]
            for name, each in parts.items()
        }
        return type(self)(**taken)

    def put(self, rows: IntArray | slice, other: Self) -> None:
        """Overwrite some rows in place."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, Track):
                mine.put(rows, theirs)
            else:
                mine[rows] = theirs


def unknown(rate: FloatArray, nature: Nature) -> Belief:
    """Before anything was heard of a bin: some level, and the rate of its kind."""
    count = len(rate)

    def track() -> Track:
        return Track(
            level=np.full(count, UNKNOWN_LEVEL),
            level_var=np.full(count, UNKNOWN_SD**2),
            rate=rate.copy(),
            rate_var=nature.most_rate_var.copy(),
            covariance=np.zeros(count),
        )

    return Belief(
        main=track(),
        other=track(),
        safe=track(),
        day=np.full(count, np.nan),
        odds=np.full(count, NEVER),
        emptied_s=np.full(count, np.nan),
        other_emptied_s=np.full(count, np.nan),
        heard_s=np.full(count, np.nan),
        safe_heard_s=np.full(count, np.nan),
        readings=np.zeros(count, dtype=np.int64),
        safe_readings=np.zeros(count, dtype=np.int64),
        clean=np.zeros(count, dtype=np.int64),
        deposits=_BORROWED_FILLS * nature.deposit_share,
        deposited=np.full(count, _BORROWED_FILLS),
    )


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


def step(
    belief: Belief, sensing: Sensing, event: Rank, nature: Nature
) -> tuple[Belief, Sensing, IntArray]:
    """Belief about bins and their sensors after an event of each, and the readings' `Quality`.

    All arguments hold the same bins in the same order. An emptying's row of `sensing` means
    nothing, before and after.
    """
    now = predicted(belief, event.day, nature)
    seen = _seen(sensing, event, now.main.level)
    sensed, judged = _judged(now, sensing, event, seen)
    sensed = _measured(sensed, now, judged, seen, event)
    rise = np.maximum(now.main.level - belief.main.level, 0.0)
    after = _learned(now, sensing, judged, sensed, event, nature=nature, rise=rise)
    return after, sensed, _quality(judged, event)


def predicted(belief: Belief, day: FloatArray, nature: Nature) -> Belief:
    """The belief at deposit days (bins,); a bin without any event stays as it is."""
    elapsed = np.where(np.isnan(belief.day), 0.0, np.maximum(day - belief.day, 0.0))
    share = belief.deposit_share
    return replace(
        belief,
        main=belief.main.after(elapsed, share, nature),
        other=belief.other.after(elapsed, share, nature),
        safe=belief.safe.after(elapsed, share, nature),
        day=day,
    )


def _seen(sensing: Sensing, event: Rank, level: FloatArray) -> Seen:
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


def _judged(now: Belief, sensing: Sensing, event: Rank, seen: Seen) -> tuple[Sensing, Judged]:
    read = event.kind == READ
    match, other = now.main.match(seen), now.other.match(seen)
    true = (1 - SPIKES) * match.likelihood
    other_true = (1 - SPIKES) * other.likelihood
    nothing = SPIKES * ANY
    chance = true + nothing
    weight = _chance(now.odds)
    plain = chance + weight * (other_true + nothing - chance)
    anything = (1 - SPIKES - 0.01) * ANY + (SPIKES + 0.01) * match.likelihood
    doubt = sensing.doubt + np.where(read, np.log(anything / plain), 0.0)
    doubt = np.clip(doubt + np.where(event.kind == TELLS_TILT, TELLING, 0.0), TILTED_ODDS, 7.0)
    same = read & (np.abs(event.fill - sensing.fill) < 1e-9)
    stuck, is_stuck = _stuck(now, sensing, event, match=match, seen=seen, same=same)
    was_tilted = sensing.faulty == TILTED
    tilted = (doubt > _SURE_FAULT) | (was_tilted & (doubt > _CURED))
    faulty = np.where(is_stuck, STUCK, np.where(tilted, TILTED, FINE))
    faulty = np.where(event.kind == EMPTIED, sensing.faulty, faulty)
    spike = SPIKES + (1 - 2 * SPIKES) * _chance(sensing.doubt)
    share = (1 - spike) * match.likelihood
    share = share / (share + spike * ANY)
    judged = Judged(
        match=match,
        share=true / chance,
        believed=np.where(read & (faulty == FINE), share, 0.0),
        other_match=other,
        other_believed=np.where(read & (faulty != STUCK), other_true / (other_true + nothing), 0.0),
        odds=now.odds + np.where(read, np.log((other_true + nothing) / chance), 0.0),
        faulty=faulty,
        same=same,
    )
    sensed = Sensing(
        noise_sum=sensing.noise_sum,
        noise_n=sensing.noise_n,
        fits=fitting(sensing.fits, event.fill, read & ~same),
        changes=sensing.changes + (read & ~same),
        highest=np.where(read, np.maximum(sensing.highest, event.fill), sensing.highest),
        fill=event.fill,
        time_s=event.time_s,
        gap_s=usual_gap(sensing, event.time_s),
        run_day=np.where(same, sensing.run_day, event.day),
        stuck=stuck,
        doubt=doubt,
        faulty=faulty,
        readings=sensing.readings + 1,
    )
    return sensed, judged


def _stuck(
    now: Belief, sensing: Sensing, event: Rank, *, match: Match, seen: Seen, same: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Log odds that a sensor is stuck, and whether it is taken to be."""
    step_ = sensing.step
    width = seen.high - seen.low
    chance = np.minimum(match.likelihood * np.where(width > 1.0, 0.1, width), 1.0)
    odds = np.where(same, sensing.stuck - np.log((1 - SPIKES) * chance + 0.1 * SPIKES), STUCK_ODDS)
    rise = now.safe.rate * (event.day - sensing.run_day)
    likely = (odds > _SURE_FAULT) & (rise > np.maximum(_STUCK_LEAST, 2.5 * step_))
    likely &= sensing.changes >= CHANGES_FOR_STUCK
    return odds, same & (likely | (rise > STUCK_RISE + step_))


def _measured(sensed: Sensing, now: Belief, judged: Judged, seen: Seen, event: Rank) -> Sensing:
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


def _learned(
    now: Belief,
    before: Sensing,
    judged: Judged,
    sensed: Sensing,
    event: Rank,
    *,
    nature: Nature,
    rise: FloatArray,
) -> Belief:
    read, emptied = event.kind == READ, event.kind == EMPTIED
    found_out = (judged.faulty != FINE) & (before.faulty == FINE) & ~emptied
    odds = np.where(judged.odds < HARDLY, NEVER, judged.odds)
    switch = read & (odds > UNLIKELY) & (judged.faulty == FINE)
    empty = _empty(_found(now, nature, event))
    main = now.main.told(judged.match, judged.believed)
    other = now.other.told(judged.other_match, judged.other_believed)
    main = main.unless(switch, other).unless(found_out, now.safe).unless(emptied, empty)

    off = read & (judged.share < 0.5) & (judged.faulty != STUCK) & ~switch
    nobody = (odds == NEVER) | ((judged.other_believed < 0.5) & (odds < 0))
    begin = off & nobody
    fallen = now.main.level - event.fill
    fell = (fallen > DROP) & (event.fill < LOW + 0.05)
    other = other.unless(begin, _at(event.fill, sensed, main)).unless(emptied, now.main)
    odds = np.where(begin, np.where(fell, FELL_ODDS, ROSE_ODDS), odds)
    odds = np.where(switch | found_out, NEVER, np.where(emptied, WRONG_BIN_ODDS, odds))
    shown = (fallen > DROP) & (event.fill < LOW)
    other_emptied_s = np.where(
        begin, np.where(shown, event.time_s, now.emptied_s), now.other_emptied_s
    )
    emptied_s = np.where(switch, now.other_emptied_s, now.emptied_s)

    good = read & (judged.believed > 0.9)
    clean = np.where(good, now.clean + 1, np.where(read, 0, now.clean))
    clean = np.where(switch | found_out, 0, np.where(emptied, _CLEAN, clean))
    safe_now = good & (clean >= _CLEAN) & ~judged.same & (sensed.doubt < _SAFE_DOUBT)
    taken = (judged.believed > 0.5) | switch
    heard_s = np.where(taken, event.time_s, now.heard_s)
    heard_s = np.where(found_out, now.safe_heard_s, heard_s)
    readings = np.where(found_out, now.safe_readings, now.readings + taken)
    kept = safe_now | emptied
    size, amount = _deposits(now, judged, rise)
    return Belief(
        main=main,
        other=other,
        safe=now.safe.unless(safe_now, main).unless(emptied, empty),
        day=event.day,
        odds=odds,
        emptied_s=np.where(emptied, event.time_s, emptied_s),
        other_emptied_s=np.where(emptied, now.emptied_s, other_emptied_s),
        heard_s=heard_s,
        safe_heard_s=np.where(kept, heard_s, now.safe_heard_s),
        readings=readings,
        safe_readings=np.where(kept, readings, now.safe_readings),
        clean=clean,
        deposits=now.deposits + size,
        deposited=now.deposited + amount,
    )


def _deposits(now: Belief, judged: Judged, rise: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What a reading tells of the size of deposits: variance of what came in, and how much."""
    expected, spread = now.deposit_share * rise, judged.match.spread
    gain = expected / spread
    off = judged.match.mean - now.main.level
    size = gain**2 * (off**2 + judged.match.var) + expected * (1 - gain)
    sure = (judged.believed > 0.9) & (now.odds == NEVER)
    return np.where(sure, size, 0.0), np.where(sure, rise, 0.0)


def _found(now: Belief, nature: Nature, event: Rank) -> Track:
    """What an emptying tells of a bin that no sensor was heard of since the one before.

    Who empties it finds it as full as bins of its kind are found, or comes by another rule;
    never more is made of that than that its rate is known to a quarter, for a plan made from
    this very forecast would be its own proof.
    """
    main = now.main
    count = np.zeros(len(main.level))
    found = Seen(nature.found_level, nature.found_level, nature.found_level, nature.found_sd**2)
    match = main.match(found)
    true = (1 - _UNTOLD) * match.likelihood
    blind = ~np.isnan(now.emptied_s) & ~(now.heard_s > now.emptied_s)
    blind &= main.rate_var > (_BLIND_RATE * main.rate) ** 2
    share = np.where(blind & (event.kind == EMPTIED), true / (true + _UNTOLD * ANY), 0.0)
    told = main.told(match, share)
    least = np.minimum((_BLIND_RATE * told.rate) ** 2, main.rate_var)
    return Track(told.level, told.level_var, told.rate, np.maximum(told.rate_var, least), count)


def _empty(main: Track) -> Track:
    """Just emptied; the rate is known as before."""
    return Track(
        level=np.full(len(main.level), EMPTY_LEVEL),
        level_var=np.full(len(main.level), EMPTY_SD**2),
        rate=main.rate,
        rate_var=main.rate_var,
        covariance=np.zeros(len(main.level)),
    )


def _at(fill: FloatArray, sensed: Sensing, main: Track) -> Track:
    """At what the reading says, whatever was thought before."""
    return Track(
        level=fill,
        level_var=sensed.noise_var + sensed.step**2 / 12,
        rate=main.rate,
        rate_var=main.rate_var,
        covariance=np.zeros(len(fill)),
    )


def _quality(judged: Judged, event: Rank) -> IntArray:
    believed = np.where(judged.believed > 0.9, Quality.ACCEPTED, Quality.SUSPICIOUS)
    found = np.where(judged.believed < 0.5, Quality.LIKELY_INVALID, believed)
    found = np.where(event.suspicious, np.minimum(found, Quality.SUSPICIOUS), found)
    return np.where(event.kind == EMPTIED, Quality.UNCHECKED, found)


def _chance(odds: FloatArray) -> FloatArray:
    """The chance that goes with log odds, 0 for minus infinity."""
    return np.asarray(1 / (1 + np.exp(-odds)))

"""What a judged event changes in the belief about its bin."""

from dataclasses import dataclass

import numpy as np

from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray
from optimiser.forecast.belief import NEVER, Belief
from optimiser.forecast.event import EMPTIED, Rank
from optimiser.forecast.judge import ANY, FINE, STUCK, Judged
from optimiser.forecast.sensing import UNLIKELY, Sensing
from optimiser.forecast.track import Nature, Seen, Track

EMPTY_LEVEL, EMPTY_SD = 0.02, 0.03
"""What is left in a bin when a driver says it was emptied (general knowledge of the field)."""
DROP, LOW = 0.3, 0.2
"""A fall of more than 30 points to under 20 % is an emptying (general knowledge of the field)."""
FELL_ODDS, ROSE_ODDS, WRONG_BIN_ODDS = -0.7, -5.0, -4.0
"""Log odds at first that a reading nobody expected is true: that the bin was emptied unseen,
that something else happened; and that a driver who emptied a bin did not empty this one."""
HARDLY = -7.0
_CLEAN = 2
_BLIND_RATE = 0.25
"""Nearer than this share nobody knows the rate of a bin that is only ever emptied."""
_UNTOLD = 0.1
"""Share of emptyings that come by another rule, or after one that was not told."""
_SAFE_DOUBT = -4.0


@dataclass(frozen=True, slots=True)
class Turn:
    """What an event is, and what it does to the tracks, all masks (events,).

    `found_out`: the sensor is known to be faulty from here on, so the safe track counts;
    `switch`: the other track is likelier now; `begin`: a new other track begins at a reading
    that nobody expected. `odds` are those of the other track before that.
    """

    read: BoolArray
    emptied: BoolArray
    found_out: BoolArray
    switch: BoolArray
    begin: BoolArray
    odds: FloatArray


def learned(
    now: Belief,
    before: Sensing,
    judged: Judged,
    sensed: Sensing,
    event: Rank,
    *,
    nature: Nature,
    rise: FloatArray,
) -> Belief:
    """The belief after an event of each bin, from that just before it.

    `before` and `sensed` are the sensors before and after, `rise` (bins,) what the level was
    expected to gain since the event before.
    """
    turn = _turn(before, judged, event)
    empty = _empty(_found(now, nature, event))
    main, other = _tracks(now, judged, sensed, event, turn=turn, empty=empty)
    clean, safe = _trust(now, judged, sensed, turn)
    heard_s, readings = _heard(now, judged, event, turn)
    emptied_s, other_emptied_s = _emptied(now, event, turn)
    kept = safe | turn.emptied
    size, amount = _deposits(now, judged, rise)
    return Belief(
        main=main,
        other=other,
        safe=now.safe.unless(safe, main).unless(turn.emptied, empty),
        day=event.day,
        odds=_odds(now, event, turn),
        emptied_s=emptied_s,
        other_emptied_s=other_emptied_s,
        heard_s=heard_s,
        safe_heard_s=np.where(kept, heard_s, now.safe_heard_s),
        readings=readings,
        safe_readings=np.where(kept, readings, now.safe_readings),
        clean=clean,
        deposits=now.deposits + size,
        deposited=now.deposited + amount,
    )


def _turn(before: Sensing, judged: Judged, event: Rank) -> Turn:
    read, emptied = event.read, event.kind == EMPTIED
    odds = np.where(judged.odds < HARDLY, NEVER, judged.odds)
    switch = read & (odds > UNLIKELY) & (judged.faulty == FINE)
    unexpected = read & (judged.share < 0.5) & (judged.faulty != STUCK) & ~switch
    nobody = (odds == NEVER) | ((judged.other_believed < 0.5) & (odds < 0))
    return Turn(
        read=read,
        emptied=emptied,
        found_out=(judged.faulty != FINE) & (before.faulty == FINE) & ~emptied,
        switch=switch,
        begin=unexpected & nobody,
        odds=odds,
    )


def _tracks(
    now: Belief, judged: Judged, sensed: Sensing, event: Rank, *, turn: Turn, empty: Track
) -> tuple[Track, Track]:
    """The main track and the other."""
    main = now.main.told(judged.match, judged.believed)
    other = now.other.told(judged.other_match, judged.other_believed)
    main = main.unless(turn.switch, other).unless(turn.found_out, now.safe)
    main = main.unless(turn.emptied, empty)
    other = other.unless(turn.begin, _at(event.fill, sensed, main))
    return main, other.unless(turn.emptied, now.main)


def _odds(now: Belief, event: Rank, turn: Turn) -> FloatArray:
    fell = (now.main.level - event.fill > DROP) & (event.fill < LOW + 0.05)
    odds = np.where(turn.begin, np.where(fell, FELL_ODDS, ROSE_ODDS), turn.odds)
    odds = np.where(turn.emptied, WRONG_BIN_ODDS, odds)
    return np.where(turn.switch | turn.found_out, NEVER, odds)


def _emptied(now: Belief, event: Rank, turn: Turn) -> tuple[FloatArray, FloatArray]:
    """When the bin was emptied last, as the main track has it and as the other has it."""
    shown = (now.main.level - event.fill > DROP) & (event.fill < LOW)
    begun_s = np.where(shown, event.time_s, now.emptied_s)
    other_s = np.where(turn.begin, begun_s, now.other_emptied_s)
    main_s = np.where(turn.switch, now.other_emptied_s, now.emptied_s)
    return (
        np.where(turn.emptied, event.time_s, main_s),
        np.where(turn.emptied, now.emptied_s, other_s),
    )


def _trust(now: Belief, judged: Judged, sensed: Sensing, turn: Turn) -> tuple[IntArray, BoolArray]:
    """Believed readings in a row, and whether the safe track follows the main one here."""
    good = turn.read & (judged.believed > 0.9)
    clean = np.where(good, now.clean + 1, np.where(turn.read, 0, now.clean))
    clean = np.where(turn.switch | turn.found_out, 0, np.where(turn.emptied, _CLEAN, clean))
    return clean, good & (clean >= _CLEAN) & ~judged.same & (sensed.doubt < _SAFE_DOUBT)


def _heard(now: Belief, judged: Judged, event: Rank, turn: Turn) -> tuple[FloatArray, IntArray]:
    """When a reading was believed last, and how many were."""
    taken = (judged.believed > 0.5) | turn.switch
    heard_s = np.where(taken, event.time_s, now.heard_s)
    return (
        np.where(turn.found_out, now.safe_heard_s, heard_s),
        np.where(turn.found_out, now.safe_readings, now.readings + taken),
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

"""One event of many bins at once: predict to its time, judge it, learn from it.

All is told row by row, so that a bin's belief depends on its own events only, and going on
from it is the same, to the last bit, as starting over.
"""

import numpy as np

from optimiser.forecast.arrays import IntArray
from optimiser.forecast.belief import Belief, predicted
from optimiser.forecast.event import Rank
from optimiser.forecast.judge import judged, measured, quality_of, seen_by
from optimiser.forecast.learn import learned
from optimiser.forecast.sensing import Sensing
from optimiser.forecast.track import Nature


def step(
    belief: Belief, sensing: Sensing, event: Rank, nature: Nature
) -> tuple[Belief, Sensing, IntArray]:
    """Belief about bins and their sensors after an event of each, and the readings' `Quality`.

    All arguments hold the same bins in the same order. An emptying's row of `sensing` means
    nothing, before and after.
    """
    now = predicted(belief, event.day, nature)
    seen = seen_by(sensing, event, now.main.level)
    sensed, found = judged(now, sensing, event, seen)
    sensed = measured(sensed, now, found, seen, event)
    rise = np.maximum(now.main.level - belief.main.level, 0.0)
    after = learned(now, sensing, found, sensed, event, nature=nature, rise=rise)
    return after, sensed, quality_of(found, event)

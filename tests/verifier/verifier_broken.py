"""Ways to break the hand-made plan, each with its sentence and exactly the codes it must give.

An edit of the problem leaves the plan's numbers consistent, so that one rule alone breaks.
Where an edit of the plan breaks several rules by its nature, all of them are named.
"""

from broken_numbers import LIMITS, SUMS, WHO_AND_LOADS
from broken_shape import COVERAGE, DOCUMENT, ORDER
from broken_times import BREAKS, HOURS, LEGS_AND_TIMES
from broken_under_way import UNDER_WAY_BROKEN
from verifier_breaking import Broken

ALL: tuple[Broken, ...] = (
    *DOCUMENT,
    *COVERAGE,
    *ORDER,
    *LEGS_AND_TIMES,
    *BREAKS,
    *HOURS,
    *WHO_AND_LOADS,
    *LIMITS,
    *SUMS,
    *UNDER_WAY_BROKEN,
)

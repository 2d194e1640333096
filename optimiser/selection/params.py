"""What a dispatcher can set about the choice of bins."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class SelectionParams:
    """`required_chance`: from this chance of overflow on, a bin must be emptied today.

    0.5 means "will rather overflow than not". It is not what keeps the service level: prizes
    are. With an overflow cost of 60 euros a bin at chance 0.2 already has a prize of 12, more
    than the few euros of an ordinary stop, and at 0.5 its prize of 30 pays for nearly any
    detour within a city. Above that a rule that a dispatcher can rely on is worth more than
    the last euro. A lower value buys service with km; 1 leaves nearly all to the prizes.
    """

    required_chance: Annotated[float, Field(gt=0, le=1)] = 0.5

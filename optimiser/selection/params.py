"""What a dispatcher can set about the choice of bins."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG, Fill
from optimiser.selection.trips import Trip


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class SelectionParams:
    """What policies go by; each reads what concerns it.

    - `overflow_weight`: an overflow counts so many times its bin's `overflow_cost_eur`. More
      buys service with km: it is what sets the service level. Try values with `binrounds
      simulate`, and keep the least that reaches the level wanted.
    - `visit_weight`: emptying a bin today saves a part of its next stop, which counts so many
      times what a stop usually costs. Below 1, bins in passing are left until they are fuller,
      as another truck will pass them: fewer stops, less to spare when a bin fills fast.
    - `required_chance`: from this chance of overflow before the next chance to visit on, a bin
      must be emptied, whatever it costs. Prizes keep the service level; this is a rule that
      people can rely on, so that no bin that surely overflows waits for company.
    - `trips`: what it takes to send trucks out, None for what the fleet of the problem says,
      empty for trucks that go everywhere every day anyway.
    - `threshold`: the policy by threshold empties a bin from this expected level on.
    - `fixed_fill`: the fixed schedule's intervals are the longest at which a bin, at its usual
      rate, is not fuller than this.
    """

    overflow_weight: Annotated[float, Field(ge=0, le=1000)] = 2.0
    visit_weight: Annotated[float, Field(ge=0, le=10)] = 0.5
    required_chance: Annotated[float, Field(gt=0, le=1)] = 0.9
    trips: tuple[Trip, ...] | None = None
    threshold: Fill = 0.5
    fixed_fill: Annotated[float, Field(gt=0, le=1.5)] = 0.65

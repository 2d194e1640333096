"""What a plan is asked for with, by people and by schedules."""

from datetime import date
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG, Id, Slug
from optimiser.domain.problem import Rates
from optimiser.domain.travel import GreatCircle


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class PlanTemplate:
    """What each plan of a schedule is asked for with.

    `seconds`: solving time, None for the server's. `solutions`: stop after so many
    improvements instead. `truck_ids`: only these trucks, None for all. `fractions`: only bins
    of these, None for all. `required_chance`: a bin whose chance of overflow is at least this
    must be visited; `overflow_weight`, `visit_weight`: what an overflow and a stop count for
    (docs/choice.md); None for the selection's own defaults. `publish`: publish it as soon as it
    is done. `counterfactual`: also plan what a fixed schedule would have driven, in a tenth of
    the time; a plan solved for less than ten seconds has none.
    """

    seconds: Annotated[float, Field(gt=0, le=86_400)] | None = None
    solutions: Annotated[int, Field(ge=1, le=10**9)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    truck_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=2000)] | None = None
    fractions: Annotated[tuple[Slug, ...], Field(min_length=1, max_length=100)] | None = None
    required_chance: Annotated[float, Field(gt=0, le=1)] | None = None
    overflow_weight: Annotated[float, Field(ge=0, le=1000)] | None = None
    visit_weight: Annotated[float, Field(ge=0, le=10)] | None = None
    publish: bool = False
    counterfactual: bool = True
    rates: Rates = Rates()
    travel: GreatCircle = GreatCircle()


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class PlanRequest(PlanTemplate):
    """The body of POST /v1/plans: a template (see there) and its dates.

    `next_service_date`: the next day on which bins could be emptied, None for the next one on
    which one of the trucks drives.
    """

    service_date: date
    next_service_date: date | None = None


def request_of(template: PlanTemplate, service_date: date) -> PlanRequest:
    """The request for one date."""
    values = {name: getattr(template, name) for name in PlanTemplate.__dataclass_fields__}
    return PlanRequest(service_date=service_date, **values)

"""A plan: every truck's route with times, loads and money, and the bins left with reasons."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG, Id, Name, Slug, Text
from optimiser.domain.calendar import Zone
from optimiser.domain.places import Place
from optimiser.domain.problem import Evidence
from optimiser.domain.readings import Instant

Amount = Annotated[float, Field(ge=-1e12, le=1e12)]
Spent = Annotated[float, Field(ge=0, le=1e12)]
Count = Annotated[int, Field(ge=0, le=10**12)]
StepKind = Literal["start", "visit", "unload", "break", "end"]


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Load:
    """What is in one compartment: mass, and the volume taken up after compaction."""

    mass_kg: Amount
    volume_l: Amount


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Step:
    """One thing a truck does. `ref` is the id of the depot, visit or site; empty for a break,
    and for the start of a truck that is under way.

    A truck arrives, may wait, begins, and departs. `distance_m` and `driving_s` are those of
    the leg driven to get here. A break `before_leg` is taken where the previous step was;
    one `after_leg` where the next step is, so the leg is driven to the break. `load` is what
    each compartment holds when the step is done.
    """

    kind: StepKind
    ref: Id | Literal[""]
    name: Name = ""
    place: Place
    arrival: Instant
    begin: Instant
    departure: Instant
    distance_m: Count
    driving_s: Count
    load: tuple[Load, ...]
    break_at: Literal["before_leg", "after_leg"] | None = None
    required: bool | None = None
    prize_eur: Amount | None = None
    evidence: Evidence | None = None
    why: Text = ""


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class RouteCost:
    """Money of one route, a line a term of the objective."""

    fixed_eur: Amount
    distance_eur: Amount
    time_eur: Amount
    overtime_eur: Amount
    co2e_eur: Amount
    total_eur: Amount


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Route:
    """One truck's day, or what is left of it if it is under way, from `start` to `end`.

    `duration_s` is paid time from leaving to coming home and includes `overtime_s`.
    `energy` is in litres or kWh, as the truck's kind of energy says.
    """

    truck_id: Id
    steps: tuple[Step, ...]
    stops: Count
    lifts: Count
    distance_m: Count
    duration_s: Count
    driving_s: Count
    service_s: Count
    waiting_s: Count
    break_s: Count
    overtime_s: Count
    mass_kg: Amount
    volume_l: Amount
    energy: Amount
    energy_unit: Literal["l", "kWh"]
    co2e_g: Amount
    cost: RouteCost


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Left:
    """A visit that no route has: why, and what would change it. Codes: docs/errors.md."""

    visit_id: Id
    name: Name = ""
    required: bool
    prize_eur: Amount
    code: Slug
    detail: Text
    trucks: tuple[Id, ...] = ()
    suggestion: Text = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class PlanCost:
    """Money of a plan, a line a term: the routes' sums, and what only a whole plan has."""

    fixed_eur: Amount = 0.0
    distance_eur: Amount = 0.0
    time_eur: Amount = 0.0
    overtime_eur: Amount = 0.0
    co2e_eur: Amount = 0.0
    overflow_eur: Amount = 0.0
    imbalance_eur: Amount = 0.0
    change_eur: Amount = 0.0
    total_eur: Amount = 0.0


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Totals:
    """Sums over all routes."""

    trucks: Count = 0
    stops: Count = 0
    lifts: Count = 0
    unloads: Count = 0
    distance_m: Count = 0
    duration_s: Count = 0
    mass_kg: Amount = 0.0
    volume_l: Amount = 0.0
    co2e_g: Amount = 0.0


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Made:
    """How a plan came about, so that it can be made again."""

    engine: str
    seed: int
    solve_s: float
    solutions: Count


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Saving:
    """What a plan drives less than its counterfactual; below 0 where it drives more."""

    distance_m: Annotated[int, Field(ge=-(10**12), le=10**12)]
    cost_eur: Amount
    co2e_g: Amount


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Counterfactual:
    """What a fixed schedule would have driven on this day with the same trucks, rates and engine,
    and what the plan saves.

    The schedule empties each bin every so many days, so that at its usual rate it is 60 % full
    by then. `bins` are emptied; `left` are due too, and no truck could take them. `cost_eur`
    is the money of the routes, as `total_eur` of each, without what leaving bins costs.
    `solve_s`: how long it was searched for.
    """

    policy: Literal["fixed"] = "fixed"
    bins: Count
    left: Count
    trucks: Count
    distance_m: Count
    duration_s: Count
    cost_eur: Spent
    co2e_g: Spent
    engine: str
    solve_s: float
    saving: Saving


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Plan:
    """All routes of a service date, and every visit that is on none of them.

    `counterfactual` is None where it was not asked for, or could not be had in its time, and in
    a replan, which has the rest of a day only.
    """

    service_date: date
    timezone: Zone
    routes: tuple[Route, ...] = ()
    left: tuple[Left, ...] = ()
    cost: PlanCost = PlanCost()
    totals: Totals = Totals()
    made: Made | None = None
    counterfactual: Counterfactual | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Violation:
    """One rule that a plan breaks, where, and by how much. `step` counts from 0 in the route."""

    code: Slug
    detail: Text
    truck_id: Id | None = None
    step: int | None = None
    ref: str = ""
    expected: str = ""
    found: str = ""

"""The problem of a service date, from what is known now."""

from datetime import date, datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import Connection

from api.store.catalogue import BINS, DEPOTS, DISPOSAL_SITES, TRUCKS, fetch, fetch_all
from api.store.database import Database
from api.store.states import fetch_states
from api.usecases.errors import Invalid
from api.usecases.plans import PlanRequest, trucks_of
from api.usecases.states import refresh_fill_states
from optimiser.domain.calendar import WEEKDAYS, ServiceDay
from optimiser.domain.fleet import Truck
from optimiser.domain.problem import Problem, Visit
from optimiser.planning import make_problem
from optimiser.selection import SelectionParams, choose
from optimiser.wire import field_problems


def build_problem(
    db: Database, request: PlanRequest, *, now: datetime, timezone: str
) -> Problem | None:
    """The problem of a service date from what is known now; None if there are no bins.

    Raises Invalid (`no_trucks`, `no_depots`, `invalid_problem`).
    """
    day = ServiceDay(request.service_date, timezone)
    refresh_fill_states(db, now=now, zone=day.zone)
    with db.read() as tx:
        trucks = _trucks(tx, request)
        bins = fetch_all(tx, BINS)
        states = fetch_states(tx)
        depots, sites = fetch_all(tx, DEPOTS), fetch_all(tx, DISPOSAL_SITES)
    if request.fractions is not None:
        bins = tuple(each for each in bins if each.fraction in request.fractions)
    if not bins:
        return None
    try:
        return make_problem(
            day=day,
            next_day=ServiceDay(_next_date(request, trucks), timezone),
            depots=depots,
            disposal_sites=sites,
            trucks=trucks,
            bins=bins,
            states=[states[each.id] for each in bins if each.id in states],
            params=_params(request),
            travel=request.travel,
            rates=request.rates,
        )
    except ValidationError as error:
        text = "; ".join(str(each) for each in field_problems(error))
        raise Invalid(text, code="invalid_problem") from error
    except ValueError as error:
        raise Invalid(str(error), code="invalid_problem") from error


def visit_of_bin(
    db: Database, request: PlanRequest, bin_id: str, *, now: datetime, timezone: str
) -> Visit | None:
    """What a bin of the catalogue would be in the problem of this request; None without it."""
    day = ServiceDay(request.service_date, timezone)
    refresh_fill_states(db, now=now, zone=day.zone)
    with db.read() as tx:
        found = fetch(tx, BINS, bin_id)
        if found is None:
            return None
        trucks, state = fetch_all(tx, TRUCKS), fetch_states(tx).get(bin_id)
    (visit,) = choose(
        [found.item],
        [state] if state else [],
        day=day,
        next_day=ServiceDay(_next_date(request, trucks), timezone),
        params=_params(request),
    )
    return visit


def _params(request: PlanRequest) -> SelectionParams:
    chance = request.required_chance
    return SelectionParams(required_chance=chance) if chance else SelectionParams()


def _trucks(tx: Connection, request: PlanRequest) -> tuple[Truck, ...]:
    """As `trucks_of`; that a truck was deleted since the plan was asked for is `no_trucks` too."""
    try:
        return trucks_of(tx, request)
    except Invalid as error:
        raise Invalid(error.detail, code="no_trucks") from error


def _next_date(request: PlanRequest, trucks: tuple[Truck, ...]) -> date:
    """The next date on which one of the trucks drives, within a week; else the next day."""
    if request.next_service_date is not None:
        return request.next_service_date
    driven = {day for truck in trucks for day in truck.shift.days}
    ahead = (request.service_date + timedelta(days=n) for n in range(1, 8))
    tomorrow = request.service_date + timedelta(days=1)
    return next((each for each in ahead if WEEKDAYS[each.weekday()] in driven), tomorrow)

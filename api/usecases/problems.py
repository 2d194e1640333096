"""The problem of a service date, from what is known now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import Connection

from api.store.catalogue import BINS, DEPOTS, DISPOSAL_SITES, TRUCKS, fetch, fetch_all
from api.store.database import Database
from api.store.states import fetch_states
from api.usecases.errors import Invalid
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import trucks_of
from api.usecases.states import refresh_fill_states
from optimiser.domain.bins import Bin
from optimiser.domain.calendar import WEEKDAYS, ServiceDay
from optimiser.domain.fleet import Depot, DisposalSite, Truck
from optimiser.domain.problem import Problem, Visit
from optimiser.forecast import FillState
from optimiser.planning import make_problem
from optimiser.selection import Policy, SelectionParams, choose
from optimiser.wire import field_problems

DAYS_AHEAD = 7
"""The choice looks at so many days of service after the day that is planned."""
FARTHEST_AHEAD_DAYS = 28


@dataclass(frozen=True)
class Day:
    """All that is known of a service date when it is planned: `days` are it and the next ones."""

    request: PlanRequest
    days: tuple[ServiceDay, ...]
    trucks: tuple[Truck, ...]
    depots: tuple[Depot, ...]
    sites: tuple[DisposalSite, ...]
    bins: tuple[Bin, ...]
    states: tuple[FillState, ...]

    def problem(self, policy: Policy = choose) -> Problem:
        """The problem of the date, with the bins that a policy chooses.

        Raises Invalid (`invalid_problem`).
        """
        try:
            return make_problem(
                days=self.days,
                depots=self.depots,
                disposal_sites=self.sites,
                trucks=self.trucks,
                bins=self.bins,
                states=self.states,
                params=_params(self.request),
                travel=self.request.travel,
                rates=self.request.rates,
                policy=policy,
            )
        except ValidationError as error:
            text = "; ".join(str(each) for each in field_problems(error))
            raise Invalid(text, code="invalid_problem") from error
        except ValueError as error:
            raise Invalid(str(error), code="invalid_problem") from error


def look_up_day(db: Database, request: PlanRequest, *, now: datetime, timezone: str) -> Day | None:
    """What is known of a service date now; None if there are no bins.

    Raises Invalid (`no_trucks`, `no_depots`).
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
    return Day(
        request=request,
        days=(day, *_next_days(request, trucks, timezone)),
        trucks=trucks,
        depots=depots,
        sites=sites,
        bins=bins,
        states=tuple(states[each.id] for each in bins if each.id in states),
    )


def build_problem(
    db: Database, request: PlanRequest, *, now: datetime, timezone: str
) -> Problem | None:
    """The problem of a service date from what is known now; None if there are no bins.

    Raises Invalid (`no_trucks`, `no_depots`, `invalid_problem`).
    """
    day = look_up_day(db, request, now=now, timezone=timezone)
    return None if day is None else day.problem()


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
        days=[day, *_next_days(request, trucks, timezone)],
        params=_params(request),
    )
    return visit


def _params(request: PlanRequest) -> SelectionParams:
    usual = SelectionParams()

    def asked(value: float | None, otherwise: float) -> float:
        return otherwise if value is None else value

    return SelectionParams(
        required_chance=asked(request.required_chance, usual.required_chance),
        overflow_weight=asked(request.overflow_weight, usual.overflow_weight),
        visit_weight=asked(request.visit_weight, usual.visit_weight),
    )


def _trucks(tx: Connection, request: PlanRequest) -> tuple[Truck, ...]:
    """As `trucks_of`; that a truck was deleted since the plan was asked for is `no_trucks` too."""
    try:
        return trucks_of(tx, request)
    except Invalid as error:
        raise Invalid(error.detail, code="no_trucks") from error


def _next_days(
    request: PlanRequest, trucks: tuple[Truck, ...], timezone: str
) -> tuple[ServiceDay, ...]:
    """The next days on which one of the trucks drives, the first as asked for if it was; the
    very next day if no truck ever drives.
    """
    driven = {day for truck in trucks for day in truck.shift.days}
    first = request.next_service_date or request.service_date + timedelta(days=1)
    ahead = [first + timedelta(days=each) for each in range(FARTHEST_AHEAD_DAYS)]
    dates = [each for each in ahead if WEEKDAYS[each.weekday()] in driven]
    if first not in dates and (request.next_service_date is not None or not dates):
        dates.insert(0, first)
    return tuple(ServiceDay(each, timezone) for each in dates[:DAYS_AHEAD])

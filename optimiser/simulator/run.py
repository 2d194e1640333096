"""One run: a policy in one seed's world, day by day through the real pipeline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import fsum

import numpy as np

from optimiser.domain.calendar import ServiceDay
from optimiser.domain.plan import Plan
from optimiser.forecast import fill_states_from_arrays
from optimiser.planning import PlanningFailed, Stop, make_plan_here, make_problem
from optimiser.selection import Policy, SelectionParams
from optimiser.simulator.city import PLAN_CLOCK, City
from optimiser.simulator.driving import Driven, draw_luck, drive
from optimiser.simulator.hearing import Hearing
from optimiser.simulator.keeping import kept
from optimiser.simulator.levels import FULL, Levels
from optimiser.simulator.overflow import overflow
from optimiser.simulator.policies import make_policy
from optimiser.simulator.record import Day, Record
from optimiser.simulator.world.truth import draw_truth
from optimiser.simulator.world.world import World, draw_world, sensors_taken


@dataclass(frozen=True, slots=True)
class Settings:
    """What all runs of a comparison share.

    A plan is searched for `seconds`, or in `rounds` of the search, which makes a run repeatable.
    `without_sensor` is the share of bins whose sensor is taken away. The first `warm_up` days
    are simulated and not measured, so that no policy is judged by what was there before it.
    Raises ValueError.
    """

    first: date
    days: int = 60
    seconds: float | None = 10.0
    rounds: int | None = None
    without_sensor: float = 0.0
    warm_up: int = 7
    params: SelectionParams = field(default_factory=SelectionParams)

    def __post_init__(self) -> None:
        if not 1 <= self.days <= 3650:
            raise ValueError(f"days {self.days} is not from 1 to 3650")
        if not 0 <= self.warm_up <= 365:
            raise ValueError(f"warm_up {self.warm_up} is not from 0 to 365")
        if not 0 <= self.without_sensor <= 1:
            raise ValueError(f"without_sensor {self.without_sensor} is not from 0 to 1")
        _ = self.stop

    @property
    def stop(self) -> Stop:
        return Stop(seconds=self.seconds, solutions=self.rounds)

    @property
    def dates(self) -> list[date]:
        """All days simulated: those of the warm-up, then those measured."""
        return [self.first + timedelta(days=each) for each in range(self.warm_up + self.days)]


def make_world(city: City, settings: Settings, seed: int) -> World:
    """The world of a seed, for every policy alike. `seed` is not negative."""
    start, end = _plan_time(city, settings.first), _plan_time(city, _end(settings))
    states = fill_states_from_arrays(
        city.bins, city.readings, city.emptyings, until=start, zone=city.zone
    )
    truth = draw_truth(seed, city.bins, states)
    return draw_world(seed, truth, start=start, end=end, zone=city.zone)


def simulate(
    city: City,
    policy_name: str,
    seed: int,
    settings: Settings,
    *,
    on_day: Callable[[int], None] = lambda _: None,
) -> Record:
    """Run a policy (see `make_policy`) in a seed's world; `on_day` is told the days done.

    Raises UnknownPolicy.
    """
    world = make_world(city, settings, seed)
    levels = Levels(world)
    return _Run(city, settings, levels, make_policy(policy_name, levels), policy_name).run(on_day)


def _plan_time(city: City, day: date) -> datetime:
    found = ServiceDay(day, city.timezone)
    return found.instant(found.seconds(PLAN_CLOCK))


def _end(settings: Settings) -> date:
    return settings.dates[-1] + timedelta(days=1)


class _Run:
    def __init__(
        self, city: City, settings: Settings, levels: Levels, policy: Policy, name: str
    ) -> None:
        self.city, self.settings, self.levels = city, settings, levels
        self.policy, self.name = policy, name
        seed = levels.world.seed
        has_none = np.array([each.sensor_id is None for each in city.bins])
        deaf = has_none | sensors_taken(seed, len(city.bins), settings.without_sensor)
        self.hearing = Hearing(city, levels, deaf, _plan_time(city, settings.first))
        self.row_of = {each.id: row for row, each in enumerate(city.bins)}

    def run(self, on_day: Callable[[int], None]) -> Record:
        days = []
        for number, day in enumerate(self.settings.dates):
            days.append(self._day(day))
            on_day(number + 1)
        return self._record(days)

    def _day(self, day: date) -> Day:
        self.hearing.listen(_plan_time(self.city, day))
        ahead = self.city.service_days(day)
        if ahead[0].service_date != day:
            return _sums(day, 0, ())
        city = self.city
        problem = make_problem(
            days=ahead,
            depots=city.depots,
            disposal_sites=city.disposal_sites,
            trucks=city.trucks,
            bins=city.bins,
            states=self.hearing.states(),
            params=self.settings.params,
            travel=city.travel,
            rates=city.rates,
            policy=self.policy,
        )
        seed = self.levels.world.seed
        try:
            plan = make_plan_here(problem, stop=self.settings.stop, seed=seed)
        except PlanningFailed as failure:
            return replace(_sums(day, 0, ()), failed=failure.code)
        luck = draw_luck(seed, day.toordinal(), len(city.trucks), len(city.bins))
        driven = drive(problem, plan, self.levels, self.row_of, luck)
        return _sums(day, _stops(plan), driven)

    def _record(self, days: Sequence[Day]) -> Record:
        city, levels, world = self.city, self.levels, self.levels.world
        warm_up = self.settings.warm_up
        dates = [*self.settings.dates[warm_up:], _end(self.settings)]
        edges = [round(_plan_time(city, each).timestamp()) for each in dates]
        over = overflow(levels, city.bins, edges)
        every = np.arange(len(city.bins))
        start, end = (np.full(len(every), each) for each in (edges[0], edges[-1]))
        at_end = levels.at(every, end)
        poured = world.poured_at(every, end) - world.poured_at(every, start)
        return Record(
            policy=self.name,
            seed=world.seed,
            bins=len(city.bins),
            days=tuple(
                replace(
                    day,
                    over_h=float(over.hours[number]),
                    over_bins=int(over.bins[number]),
                    overflow_eur=float(over.cost_eur[number]),
                )
                for number, day in enumerate(days[warm_up:])
            ),
            start_l=float(world.volume_l @ levels.at(every, start)),
            deposited_l=float(world.volume_l @ poured),
            end_l=float(world.volume_l @ at_end),
            over_at_end=int((at_end > FULL).sum()),
            kept=kept(levels, edges),
        )


def _stops(plan: Plan) -> int:
    return sum(route.stops for route in plan.routes)


def _sums(day: date, planned: int, driven: Sequence[Driven]) -> Day:
    missed = [each.why for route in driven for each in route.missed]
    return Day(
        date=day.isoformat(),
        trucks=len(driven),
        stops=sum(each.stops for each in driven),
        lifts=sum(each.lifts for each in driven),
        unloads=sum(each.unloads for each in driven),
        detours=sum(each.detours for each in driven),
        missed_full=missed.count("full"),
        missed_late=len(missed) - missed.count("full"),
        distance_m=sum(each.distance_m for each in driven),
        duration_s=sum(each.duration_s for each in driven),
        driving_s=sum(each.driving_s for each in driven),
        overtime_s=sum(each.overtime_s for each in driven),
        mass_kg=fsum(each.mass_kg for each in driven),
        volume_l=fsum(each.volume_l for each in driven),
        co2e_g=fsum(each.co2e_g for each in driven),
        fixed_eur=fsum(each.cost.fixed_eur for each in driven),
        distance_eur=fsum(each.cost.distance_eur for each in driven),
        time_eur=fsum(each.cost.time_eur for each in driven),
        overtime_eur=fsum(each.cost.overtime_eur for each in driven),
        co2e_eur=fsum(each.cost.co2e_eur for each in driven),
        fills=tuple(fill for each in driven for fill in each.fills),
        planned_stops=planned,
    )

"""Choice by prize: every bin once, and what makes a visit required or dear to leave."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import Hours, ServiceDay
from optimiser.domain.places import GeoPoint
from optimiser.domain.problem import Visit
from optimiser.forecast import FillState, forecast, overflow_chance
from optimiser.selection import Policy, SelectionParams, Trip, choose

TODAY = ServiceDay(date(2026, 6, 15), "Europe/Copenhagen")
TOMORROW = ServiceDay(date(2026, 6, 16), "Europe/Copenhagen")
NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)
NOON, NEXT_NOON = (datetime(2026, 6, day, 10, tzinfo=UTC) for day in (15, 16))
WEEK = [ServiceDay(date(2026, 6, 15 + each), "Europe/Copenhagen") for each in range(8)]
PARAMS = SelectionParams()


def bin_of(bin_id: str = "b1", **more: object) -> Bin:
    plain = {"place": GeoPoint(lon=12.57, lat=55.68), "fraction": "paper", "volume_l": 2500}
    return Bin(**{"id": bin_id, **plain, **more})  # type: ignore[arg-type]


def state_of(bin_id: str = "b1", level: float = 0.5, **more: object) -> FillState:
    plain = {
        "at": NOW,
        "level_var": 0.003,
        "rate_per_day": 0.1,
        "rate_var": 0.0005,
        "covariance": 0.0,
        "deposit_share": 0.02,
    }
    return FillState(bin_id=bin_id, level=level, **{**plain, **more})  # type: ignore[arg-type]


def visit_of(place: Bin, state: FillState, params: SelectionParams = PARAMS) -> Visit:
    (visit,) = choose([place], [state], days=[TODAY, TOMORROW], params=params)
    return visit


def test_what_a_bin_needs_is_carried_over_to_its_visit() -> None:
    place = bin_of(
        name="By the gate",
        containers=3,
        service_s=300,
        hours=(Hours(opens="06:00", closes="10:00"),),
        access=frozenset({"crane"}),
    )
    visit = visit_of(place, state_of())
    for field in ("id", "place", "name", "fraction", "service_s", "hours", "access"):
        assert getattr(visit, field) == getattr(place, field)
    assert visit.lifts == 3


def test_the_waste_expected_is_that_at_noon_of_the_day() -> None:
    state = state_of(level=0.4)
    visit = visit_of(bin_of(), state)
    assert visit.volume_l == pytest.approx(2500 * forecast([state], NOON).level[0])
    assert visit.mass_kg == pytest.approx(visit.volume_l * 24 / 1000)


def test_the_evidence_says_what_was_known() -> None:
    read_at = datetime(2026, 6, 15, 1, tzinfo=UTC)
    state = state_of(last_reading=0.48, last_reading_at=read_at, reliability="high")
    evidence = visit_of(bin_of(), state).evidence
    assert evidence is not None
    assert evidence.level == pytest.approx(forecast([state], NOON).level[0], abs=1e-6)
    assert evidence.level_sd == pytest.approx(forecast([state], NOON).sd[0], abs=1e-6)
    assert evidence.overflow_chance == pytest.approx(
        overflow_chance([state], NEXT_NOON)[0], abs=1e-6
    )
    assert evidence.next_chance == NEXT_NOON
    assert (evidence.fill_per_day, evidence.reliability) == (0.1, "high")
    assert (evidence.last_reading, evidence.last_reading_at) == (0.48, read_at)


def test_a_prize_says_how_much_of_it_is_overflow() -> None:
    fuller, emptier = (visit_of(bin_of(), state_of(level=level)) for level in (0.85, 0.5))
    assert fuller.evidence is not None
    assert emptier.evidence is not None
    assert fuller.evidence.overflow_eur is not None
    assert 0 < fuller.evidence.overflow_eur <= fuller.prize_eur
    assert emptier.evidence.overflow_eur == pytest.approx(0, abs=1)
    assert emptier.prize_eur > 1  # half a visit is done already


def test_an_empty_bin_that_will_be_emptied_in_time_has_next_to_no_prize() -> None:
    visit = visit_of(bin_of(), state_of(level=0.0, level_var=4e-4))
    assert visit.prize_eur == pytest.approx(0, abs=0.25)


def test_overflow_that_costs_more_raises_the_prize() -> None:
    state = state_of(level=0.88)
    prizes = [visit_of(bin_of(overflow_cost_eur=eur), state).prize_eur for eur in (0, 30, 60)]
    assert prizes == sorted(prizes)
    heavy = visit_of(bin_of(overflow_cost_eur=30), state, SelectionParams(overflow_weight=4))
    assert heavy.prize_eur == pytest.approx(prizes[2])


def test_a_bin_that_surely_overflows_is_required() -> None:
    visit = visit_of(bin_of(), state_of(level=0.98))
    assert visit.required
    assert visit.prize_eur > 0


def test_a_dispatcher_can_ask_for_more_service_or_less() -> None:
    state = state_of(level=0.85)
    assert visit_of(bin_of(), state, SelectionParams(required_chance=0.05)).required
    assert not visit_of(bin_of(), state, SelectionParams(required_chance=0.9)).required


def test_a_bin_over_full_already_is_required_at_any_threshold() -> None:
    unsure = state_of(level=1.01, level_var=0.2)
    visit = visit_of(bin_of(), unsure, SelectionParams(required_chance=1))
    assert visit.evidence is not None
    assert visit.evidence.overflow_chance < 1
    assert visit.required


def test_a_bin_of_which_nothing_is_known_is_chosen_on_its_prior() -> None:
    (visit,) = choose([bin_of()], [], days=[TODAY, TOMORROW], params=PARAMS)
    assert visit.evidence is not None
    assert visit.evidence.reliability == "low"
    assert visit.evidence.fill_per_day == pytest.approx(0.11)
    assert visit.prize_eur > 0
    assert not visit.required


def test_a_bin_forgotten_for_a_year_is_a_visit_of_a_heap_and_not_an_error() -> None:
    ancient = datetime(2025, 6, 15, tzinfo=UTC)
    rather = SelectionParams(required_chance=0.5)
    visit = visit_of(bin_of(), state_of(at=ancient, rate_var=0.04), rather)
    assert visit.required
    assert visit.volume_l == pytest.approx(1.5 * 2500)


def test_no_bins_make_no_visits() -> None:
    assert choose([], [state_of()], days=[TODAY, TOMORROW], params=PARAMS) == ()


def test_over_a_clock_change_noon_stays_noon() -> None:
    saturday, sunday = (ServiceDay(date(2026, 10, day), "Europe/Copenhagen") for day in (24, 25))
    (visit,) = choose([bin_of()], [], days=[saturday, sunday], params=PARAMS)
    assert visit.evidence is not None
    assert visit.evidence.next_chance == datetime(2026, 10, 25, 11, tzinfo=UTC)


@pytest.mark.parametrize("later", [TODAY, ServiceDay(date(2026, 6, 14), "Europe/Copenhagen")])
def test_the_next_day_must_come_after_the_day(later: ServiceDay) -> None:
    with pytest.raises(ValueError, match="not after"):
        choose([bin_of()], [], days=[TODAY, later], params=PARAMS)


def test_the_day_planned_alone_is_not_enough() -> None:
    with pytest.raises(ValueError, match="needs the day planned and the next"):
        choose([bin_of()], [], days=[TODAY], params=PARAMS)


@pytest.mark.parametrize("chance", [0, -0.1, 1.01, float("nan"), float("inf")])
def test_a_threshold_that_is_no_chance_is_refused(chance: float) -> None:
    with pytest.raises(ValidationError, match="required_chance"):
        SelectionParams(required_chance=chance)


def test_choose_is_a_policy() -> None:
    policy: Policy = choose
    named: Callable[..., tuple[Visit, ...]] = policy
    assert named([], [], days=[TODAY, TOMORROW], params=PARAMS) == ()


LEVELS = st.lists(st.tuples(st.floats(0, 2), st.floats(0, 0.5)), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(LEVELS, st.data())
def test_every_bin_is_a_visit_exactly_once_in_its_order(
    levels: list[tuple[float, float]], data: st.DataObject
) -> None:
    bins = [bin_of(f"b{index}") for index in range(len(levels))]
    states = [
        state_of(f"b{index}", level=level, level_var=sd**2)
        for index, (level, sd) in enumerate(levels)
    ]
    known = data.draw(st.permutations(states))[: data.draw(st.integers(0, len(states)))]
    others = [*known, state_of("of-no-bin")]
    visits = choose(bins, others, days=[TODAY, TOMORROW], params=PARAMS)
    assert [visit.id for visit in visits] == [each.id for each in bins]


@settings(max_examples=40, deadline=None)
@given(LEVELS, st.data())
def test_the_order_of_bins_does_not_matter(
    levels: list[tuple[float, float]], data: st.DataObject
) -> None:
    bins = [
        bin_of(f"b{index}", place=GeoPoint(lon=12.5 + index % 5 / 100, lat=55.6 + index / 500))
        for index in range(len(levels))
    ]
    states = [
        state_of(f"b{index}", level=level, level_var=sd**2)
        for index, (level, sd) in enumerate(levels)
    ]
    truck = Trip(fractions=frozenset({"paper"}), start_eur=200, km_eur=3, hour_eur=45, stops=50)
    params = SelectionParams(trips=(truck,))
    shuffled = data.draw(st.permutations(bins))
    prizes, others = (
        {each.id: each.prize_eur for each in choose(some, states, days=WEEK, params=params)}
        for some in (bins, shuffled)
    )
    assert prizes == pytest.approx(others, abs=1e-3)
    assert min(prizes.values()) >= 0


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1.2), st.floats(0, 0.4))
def test_a_fuller_bin_of_equal_doubt_is_never_worth_less(level: float, more: float) -> None:
    low = visit_of(bin_of(), state_of(level=level))
    high = visit_of(bin_of(), state_of(level=level + more))
    assert high.prize_eur >= low.prize_eur - 1e-9
    assert high.volume_l >= low.volume_l

"""Plans mutated at random: the verifier never raises, and sees every change beyond tolerance."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from verifier_anchor import BREAK_BEFORE_LEG, PLAN
from verifier_anchor_problem import PLACE, PROBLEM, matrix

from optimiser.domain.plan import Load, Plan, Route, Step
from optimiser.verifier import verify

NOT_JUDGED = {"name", "why", "evidence", "made", "code", "detail", "trucks", "suggestion"}
"""Words, the forecast's evidence and how the plan came about."""

Path = tuple[str | int, ...]

BEYOND = {
    "load": 0.002,
    "energy": 0.002,
    "mass_kg": 0.002,
    "volume_l": 0.002,
    "co2e_g": 1.1,
    "prize_eur": 0.011,
    "cost": 0.011,
}
"""The least change that must be seen, by a word of its path; 1 (metre, second, stop) elsewhere."""


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every judged number, instant, word and place of a plan, with its path."""
    if is_dataclass(value) and type(value).__name__ != "PlanarPoint":
        for field in fields(value):
            if field.name not in NOT_JUDGED:
                yield from leaves(getattr(value, field.name), (*path, field.name))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))
    else:
        yield path, value


def put(value: Any, path: Path, leaf: Any) -> Any:
    """The same with another leaf."""
    if not path:
        return leaf
    head, *rest = path
    if isinstance(head, int):
        return (*value[:head], put(value[head], tuple(rest), leaf), *value[head + 1 :])
    return replace(value, **{head: put(getattr(value, head), tuple(rest), leaf)})


def least(path: Path) -> float:
    return next((size for word, size in BEYOND.items() if word in path), 1)


NUMBERS = [
    (path, value)
    for path, value in leaves(PLAN)
    if isinstance(value, int | float) and not isinstance(value, bool)
]
INSTANTS = [(path, value) for path, value in leaves(PLAN) if isinstance(value, datetime)]
WORDS = [(path, value) for path, value in leaves(PLAN) if isinstance(value, str)]
OTHER_WORD = {
    "kind": ["start", "visit", "unload", "break", "end"],
    "break_at": ["before_leg", "after_leg", None],
    "energy_unit": ["l", "kWh"],
    "timezone": ["UTC", "Europe/Berlin"],
}
IDS = [*PLACE, "T", "U", "X"]


def assert_seen(path: Path, leaf: Any) -> None:
    assert verify(PROBLEM, put(PLAN, path, leaf)) != (), (path, leaf)


def test_the_plan_has_as_many_leaves_as_this_file_thinks() -> None:
    assert len(INSTANTS) == 3 * 12
    assert len(NUMBERS) > 120
    assert len(WORDS) > 30


def test_the_least_change_of_any_number_is_seen() -> None:
    for path, value in NUMBERS:
        size = least(path)
        for changed in (value + size, value - size):
            if changed >= 0:
                assert_seen(path, changed)


def test_any_time_moved_by_a_second_is_seen() -> None:
    for path, value in INSTANTS:
        for seconds in (-1, 1):
            assert_seen(path, value + timedelta(seconds=seconds))


def test_any_other_id_or_word_is_seen() -> None:
    for path, value in WORDS:
        others = OTHER_WORD.get(str(path[-1]), IDS)
        if path[-1] == "ref" and value == "":
            others = ["S", "c"]
        for other in others:
            if other != value:
                assert_seen(path, other)


def test_any_other_place_is_seen() -> None:
    for path, value in leaves(PLAN):
        if path[-1] == "place":
            assert_seen(path, replace(value, x_m=value.x_m + 0.001))


@given(which=st.sampled_from(NUMBERS), by=st.floats(1, 1e11), up=st.booleans())
def test_a_large_change_of_any_number_is_seen(
    which: tuple[Path, float], by: float, up: bool
) -> None:
    path, value = which
    changed = value + by if up else max(0, value - by)
    if isinstance(value, int):
        changed = round(changed)
    if abs(changed - value) >= least(path):
        assert_seen(path, changed)


@given(
    which=st.sampled_from(INSTANTS),
    moved=st.datetimes(timezones=st.just(UTC)),
)
def test_any_other_instant_is_seen(which: tuple[Path, datetime], moved: datetime) -> None:
    path, value = which
    if abs((moved - value).total_seconds()) >= 1:
        assert_seen(path, moved)


instants = st.one_of(
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from([value for _, value in INSTANTS]),
)
counts = st.one_of(st.integers(0, 100), st.integers(0, 10**12))
amounts = st.one_of(st.floats(-100, 100), st.floats(-1e12, 1e12))
loads = st.lists(st.builds(Load, mass_kg=amounts, volume_l=amounts), max_size=3).map(tuple)
steps = st.builds(
    Step,
    kind=st.sampled_from(OTHER_WORD["kind"]),
    ref=st.sampled_from([*IDS, ""]),
    place=st.sampled_from(list(PLACE.values())),
    arrival=instants,
    begin=instants,
    departure=instants,
    distance_m=counts,
    driving_s=counts,
    load=loads,
    break_at=st.sampled_from(OTHER_WORD["break_at"]),
    required=st.none() | st.booleans(),
    prize_eur=st.none() | amounts,
)


@given(
    strange=st.lists(st.lists(steps, max_size=6), max_size=3),
    trucks=st.lists(st.sampled_from(["T", "U", "X"]), min_size=3, max_size=3),
    as_matrix=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_nonsense_is_judged_and_never_raises(
    strange: list[list[Step]], trucks: list[str], as_matrix: bool
) -> None:
    problem = replace(PROBLEM, travel=matrix({("a", "b"): None})) if as_matrix else PROBLEM
    routes = tuple(
        replace(PLAN.routes[0], truck_id=truck, steps=tuple(each))
        for truck, each in zip(trucks, strange, strict=False)
    )
    assert verify(problem, replace(PLAN, routes=routes)) != ()


def cut(route: Route, i: int, j: int) -> Route:
    return replace(route, steps=route.steps[:i] + route.steps[j + 1 :])


def swap(route: Route, i: int, j: int) -> Route:
    steps = list(route.steps)
    steps[i], steps[j] = steps[j], steps[i]
    return replace(route, steps=tuple(steps))


def twice(route: Route, i: int, j: int) -> Route:
    return replace(route, steps=route.steps[:j] + route.steps[i:])


@given(
    plan=st.sampled_from([PLAN, BREAK_BEFORE_LEG]),
    edits=st.lists(
        st.tuples(
            st.sampled_from([cut, swap, twice]),
            st.integers(0, 1),
            st.integers(0, 7),
            st.integers(0, 7),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_steps_cut_swapped_and_repeated_never_raise(
    plan: Plan, edits: list[tuple[Callable[[Route, int, int], Route], int, int, int]]
) -> None:
    before = plan
    for edit, number, *ends in edits:
        routes = list(plan.routes)
        last = len(routes[number].steps) - 1
        if last < 0:
            continue
        i, j = sorted(min(each, last) for each in ends)
        routes[number] = edit(routes[number], i, j)
        plan = replace(plan, routes=tuple(routes))
    assert (verify(PROBLEM, plan) == ()) == (plan == before)

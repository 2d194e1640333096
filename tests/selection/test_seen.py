"""What the choice knows of bins is what the forecast says of them."""

from dataclasses import replace

import pytest
from choice_scene import WEEK, a_bin, a_state
from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import Hours
from optimiser.forecast import FillState, forecast, overflow_chance
from optimiser.selection.ahead import noon
from optimiser.selection.visits import seen

ON_FRIDAYS = (Hours(opens="06:00", closes="12:00", days=frozenset({"fri"})),)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[list[Bin], list[FillState]]:
    """Bins that may be emptied at different times, in two time zones."""
    bins, states = [], []
    for number in range(draw(st.integers(1, 6))):
        name = f"b{number}"
        bins.append(replace(a_bin(name), hours=draw(st.sampled_from([(), ON_FRIDAYS]))))
        state = a_state(name, draw(st.floats(0, 1.4)), draw(st.floats(0.01, 0.8)))
        zone = draw(st.sampled_from(["Europe/Copenhagen", "Europe/Helsinki"]))
        states.append(replace(state, timezone=zone, summer=draw(st.floats(-0.3, 0.3))))
    return bins, states


@settings(max_examples=60, deadline=None)
@given(scenes())
def test_levels_and_chances_of_many_bins_are_those_of_each_alone(
    scene: tuple[list[Bin], list[FillState]],
) -> None:
    bins, states = scene
    found = seen(bins, states, WEEK)
    for row, (each, state) in enumerate(zip(bins, states, strict=True)):
        by = noon(WEEK[4] if each.hours else WEEK[1])
        alone = forecast([state], noon(WEEK[0]))
        assert found.by[row] == by
        assert found.level[row] == pytest.approx(min(1.5, alone.level[0]), abs=1e-12)
        assert found.sd[row] == pytest.approx(alone.sd[0], abs=1e-12)
        assert found.chance[row] == pytest.approx(overflow_chance([state], by)[0], abs=1e-12)

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from optimiser.domain.fractions import DENSITY_KG_PER_M3, mass_kg
from optimiser.domain.units import whole, whole_array

reals = st.floats(-1e9, 1e9)
ways = st.sampled_from(["near", "up", "down"])


@pytest.mark.parametrize(
    ("value", "near", "up", "down"),
    [
        (0, 0, 0, 0),
        (1.2, 1, 2, 1),
        (1.5, 2, 2, 1),
        (2.5, 3, 3, 2),  # halves up, never to even
        (-0.5, 0, 0, -1),
        (-1.2, -1, -1, -2),
        (3.0000000001, 3, 3, 3),  # noise is no quantity
        (2.9999999999, 3, 3, 3),
    ],
)
def test_rounding_is_to_the_nearest_up_for_demands_and_down_for_capacities(
    value: float, near: int, up: int, down: int
) -> None:
    assert (whole(value), whole(value, "up"), whole(value, "down")) == (near, up, down)


@pytest.mark.parametrize("value", [nan, inf, -inf])
@pytest.mark.parametrize("way", ["near", "up", "down"])
def test_what_is_not_finite_never_becomes_a_whole_number(value: float, way: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        whole(value, way)
    with pytest.raises(ValueError, match="whole numbers"):
        whole_array(np.array([0.0, value]), way)


@given(value=reals)
def test_near_is_within_half_and_up_and_down_are_on_their_side(value: float) -> None:
    assert abs(whole(value) - value) <= 0.5
    assert value - 1e-5 <= whole(value, "up") < value + 1
    assert value - 1 < whole(value, "down") <= value + 1e-5


@given(one=reals, other=reals, way=ways)
def test_rounding_keeps_order(one: float, other: float, way: str) -> None:
    low, high = sorted((one, other))
    assert whole(low, way) <= whole(high, way)


@given(value=st.integers(-(10**12), 10**12), way=ways)
def test_whole_numbers_stay_what_they_are(value: int, way: str) -> None:
    assert whole(value, way) == value


@given(values=arrays(np.float64, array_shapes(max_dims=2), elements=reals), way=ways)
def test_an_array_is_rounded_as_each_of_its_numbers(values: np.ndarray, way: str) -> None:
    rounded = whole_array(values, way)
    assert rounded.dtype == np.int64
    assert rounded.shape == values.shape
    assert rounded.ravel().tolist() == [whole(each, way) for each in values.ravel()]


def test_an_empty_array_stays_empty() -> None:
    assert whole_array(np.zeros((0, 3))).shape == (0, 3)


def test_mass_is_density_times_volume_and_unknown_waste_weighs_as_residual() -> None:
    assert mass_kg("glass", 1000) == 300
    assert mass_kg("unheard_of", 500) == mass_kg("residual", 500) == 50
    assert all(10 <= each <= 500 for each in DENSITY_KG_PER_M3.values())

"""Trucks that stay at home on public holidays, and days of service that know them."""

from datetime import date
from typing import Any

import pytest

from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fleet import Shift

COPENHAGEN = "Europe/Copenhagen"


@pytest.mark.parametrize(
    ("day", "zone", "holiday"),
    [
        (date(2026, 12, 25), COPENHAGEN, True),
        (date(2026, 4, 2), COPENHAGEN, True),  # Maundy Thursday
        (date(2027, 1, 1), COPENHAGEN, True),
        (date(2026, 12, 28), COPENHAGEN, False),
        (date(2026, 12, 25), "Europe/Berlin", False),  # whose holidays are not known
    ],
)
def test_danish_public_holidays_are_known(day: date, zone: str, holiday: bool) -> None:
    assert ServiceDay(day, zone).is_holiday is holiday


@pytest.mark.parametrize(
    ("changes", "works"),
    [
        ({}, True),
        ({"public_holidays": False}, False),
        ({"days": frozenset({"mon"})}, False),
    ],
)
def test_a_shift_may_be_off_on_public_holidays(changes: dict[str, Any], works: bool) -> None:
    christmas = ServiceDay(date(2026, 12, 25), COPENHAGEN)  # a Friday
    assert Shift(starts="06:00", ends="14:00", **changes).works_on(christmas) is works
    assert Shift(starts="06:00", ends="14:00", public_holidays=False).works_on(
        ServiceDay(date(2026, 12, 28), COPENHAGEN)
    )

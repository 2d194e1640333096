"""How violations are put together and how their numbers read."""

from datetime import timedelta

from optimiser.domain.calendar import ALWAYS, ServiceDay
from optimiser.domain.plan import Violation
from optimiser.verifier.codes import Code
from optimiser.verifier.reading import Halt, Trip

Span = tuple[int, int]


def broken(
    code: Code,
    detail: str,
    *,
    trip: Trip | None = None,
    halt: Halt | None = None,
    ref: str = "",
    expected: str = "",
    found: str = "",
) -> Violation:
    """A violation of a plan, of a route (`trip`), or of one of its steps (`halt`)."""
    return Violation(
        code=code.value,
        detail=detail,
        truck_id=trip.route.truck_id if trip else None,
        step=halt.position if halt else None,
        ref=ref or (halt.step.ref if halt else ""),
        expected=expected,
        found=found,
    )


def who(trip: Trip, halt: Halt | None = None) -> str:
    """The thing a sentence is about: "Truck T2, step 4 (visit b17)"."""
    truck = f"Truck {trip.route.truck_id}"
    if halt is None:
        return truck
    named = f" {halt.step.ref}" if halt.step.ref else ""
    return f"{truck}, step {halt.position} ({halt.step.kind}{named})"


def number(value: float, unit: str = "") -> str:
    """A number short to read: whole if it is, else with up to four decimals."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return f"{text} {unit}".rstrip()


def clock(day: ServiceDay, second: float) -> str:
    """A second of the day as the local clock shows it, with the date if it is another."""
    if not ALWAYS[0] <= second <= 10 * ALWAYS[1]:
        return f"{number(second)} s after midnight"
    local = (day.start + timedelta(seconds=second)).astimezone(day.zone)
    shown = local.strftime("%H:%M:%S") + (f".{local.microsecond:06}" if local.microsecond else "")
    return shown if local.date() == day.service_date else f"{shown} on {local.date()}"


def spans(day: ServiceDay, windows: tuple[Span, ...]) -> str:
    """Open spans as text; "closed" if there is none."""
    if not windows:
        return "closed"
    return ", ".join(f"{clock(day, first)}-{clock(day, last)}" for first, last in windows)

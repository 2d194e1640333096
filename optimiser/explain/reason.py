"""A reason: a stable code, a sentence, and what would change it."""

from dataclasses import dataclass

CODES = {
    "no_truck_today": "No truck has a shift, and open depots in it, on the service date.",
    "no_truck_for_fraction": "No truck out today has a compartment for its fraction.",
    "no_truck_with_access": "No truck for its fraction has the abilities that it needs.",
    "too_big": "Its mass or volume fits into no truck for it, or is above a daily limit.",
    "no_site": "No disposal site open today empties the compartment that it would be in.",
    "closed_today": "It has no opening hours on this day of the week.",
    "outside_shift": "Its windows and the shifts of the trucks for it do not meet.",
    "site_outside_shift": "The hours of the sites for it and the shifts of the trucks do not meet.",
    "pinned": "The truck that it is pinned to cannot take it, and others could.",
    "unreachable": "The travel matrix has no way to it.",
    "no_time": "Wherever it was tried, a window, break or shift would be missed.",
    "unload_by": "Wherever it was tried, something would be unloaded after it must be.",
    "no_rest": "Wherever it was tried, a truck would drive on without a rest that is due.",
    "no_capacity": "Wherever it was tried, a compartment would be over full.",
    "daily_limit": "Wherever it was tried, a daily limit or the range would be exceeded.",
    "not_worth_it": "Emptying it today would cost more than leaving it.",
    "not_found_in_time": "A truck could take it; the search ended before it found that.",
    "unexplained": "Planning was stopped before the reason was found.",
}
"""Why a visit can be left; docs/errors.md has the same table."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a visit is left. `trucks` are those for which this was found out by trying."""

    code: str
    detail: str
    suggestion: str
    trucks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"reason code {self.code!r} is not in the table of codes")

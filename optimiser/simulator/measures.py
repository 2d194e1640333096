"""What a run is judged by: one tiny function a measure."""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

from optimiser.simulator.record import Record


def km(run: Record) -> float:
    """Kilometres a day."""
    return sum(day.distance_m for day in run.days) / 1000 / len(run.days)


def visits(run: Record) -> float:
    """Bins emptied a day."""
    return sum(day.stops for day in run.days) / len(run.days)


def lifts_per_km(run: Record) -> float:
    """Containers lifted a kilometre."""
    return _ratio(sum(day.lifts for day in run.days), km(run) * len(run.days))


def fill_at_emptying(run: Record) -> float:
    """Mean level, in percent, at which bins were emptied; a heap counts as full."""
    fills = [min(fill, 1.0) for day in run.days for fill in day.fills]
    return 100 * _ratio(sum(fills), len(fills))


def service_level(run: Record) -> float:
    """Percent of pickups that found the bin not over full, as in the Groningen study (arXiv
    2409.13386); a bin over full when the run ends counts as a pickup that came too late.
    """
    fills = [fill for day in run.days for fill in day.fills]
    good = sum(fill <= 1.0 for fill in fills)
    return 100 * _ratio(good, len(fills) + run.over_at_end)


def service_level_kept(run: Record) -> float:
    """The service level of bins that one emptying a day can keep from overflowing."""
    return 100 * (1 - _ratio(run.kept.late, run.kept.pickups))


def overfilling_bins(run: Record) -> float:
    """Percent of bins into which more than they hold came within 24 hours at some time."""
    return 100 * (1 - run.kept.bins / run.bins)


def good_bin_days(run: Record) -> float:
    """Percent of days of bins without any overflow."""
    return 100 * (1 - sum(day.over_bins for day in run.days) / (run.bins * len(run.days)))


def overflow_hours(run: Record) -> float:
    """Hours of bins over full, a day."""
    return sum(day.over_h for day in run.days) / len(run.days)


def tonnes(run: Record) -> float:
    """Tonnes collected a day."""
    return sum(day.mass_kg for day in run.days) / 1000 / len(run.days)


def hours(run: Record) -> float:
    """Paid hours a day."""
    return sum(day.duration_s for day in run.days) / 3600 / len(run.days)


def routes_eur(run: Record) -> float:
    """Money of trucks and crews, with the price of their CO2e, a day."""
    return sum(day.routes_eur for day in run.days) / len(run.days)


def overflow_eur(run: Record) -> float:
    """Money of overflow a day."""
    return sum(day.overflow_eur for day in run.days) / len(run.days)


def cost_eur(run: Record) -> float:
    """Money of routes and overflow a day: what policies are compared by."""
    return routes_eur(run) + overflow_eur(run)


def cost_per_tonne(run: Record) -> float:
    """Money a tonne collected."""
    return _ratio(cost_eur(run), tonnes(run))


def co2e_per_tonne(run: Record) -> float:
    """Kilograms of CO2e a tonne collected."""
    return _ratio(sum(day.co2e_g for day in run.days) / 1000 / len(run.days), tonnes(run))


def plan_changes(run: Record) -> float:
    """Stops left out and unloadings put in by drivers, against the plan, a day."""
    changed = sum(day.missed_full + day.missed_late + day.detours for day in run.days)
    return changed / len(run.days)


def trucks(run: Record) -> float:
    """Trucks out a day."""
    return sum(day.trucks for day in run.days) / len(run.days)


def failed_days(run: Record) -> float:
    """Days without a plan."""
    return sum(bool(day.failed) for day in run.days)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure with its words and how many digits to show after the point."""

    name: str
    words: str
    of: Callable[[Record], float]
    digits: int = 1


MEASURES = (
    Measure("km", "km a day", km),
    Measure("visits", "bins emptied a day", visits),
    Measure("lifts_per_km", "lifts a km", lifts_per_km, 2),
    Measure("fill_at_emptying", "fill at emptying, %", fill_at_emptying),
    Measure("service_level", "service level, % of pickups", service_level, 2),
    Measure("service_level_kept", "the same, bins that can be kept, %", service_level_kept, 2),
    Measure("overfilling_bins", "bins that cannot, %", overfilling_bins, 1),
    Measure("good_bin_days", "bin-days without overflow, %", good_bin_days, 2),
    Measure("overflow_hours", "overflow, bin-hours a day", overflow_hours),
    Measure("tonnes", "tonnes a day", tonnes, 2),
    Measure("trucks", "trucks a day", trucks, 2),
    Measure("hours", "paid hours a day", hours),
    Measure("routes_eur", "trucks and crews, EUR a day", routes_eur, 0),
    Measure("overflow_eur", "overflow, EUR a day", overflow_eur, 0),
    Measure("cost_eur", "cost in all, EUR a day", cost_eur, 0),
    Measure("cost_per_tonne", "cost, EUR a tonne", cost_per_tonne, 0),
    Measure("co2e_per_tonne", "CO2e, kg a tonne", co2e_per_tonne, 1),
    Measure("plan_changes", "changes to the plan a day", plan_changes, 2),
    Measure("failed_days", "days without a plan", failed_days, 0),
)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else nan

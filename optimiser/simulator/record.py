"""What is kept of a run: a line of sums a day, enough for every measure."""

from dataclasses import dataclass

from optimiser.simulator.keeping import Kept


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a run, from one plan to the next.

    `fills` are levels at emptying; `detours` unloadings that were not planned; `missed_full` and
    `missed_late` planned stops not made. Money of routes is by line; `over_h` are hours of bins
    over full, `over_bins` bins that were over full at any time of the day, `overflow_eur` what
    that cost.
    """

    date: str
    trucks: int
    stops: int
    lifts: int
    unloads: int
    detours: int
    missed_full: int
    missed_late: int
    distance_m: int
    duration_s: int
    driving_s: int
    overtime_s: int
    mass_kg: float
    volume_l: float
    co2e_g: float
    fixed_eur: float
    distance_eur: float
    time_eur: float
    overtime_eur: float
    co2e_eur: float
    fills: tuple[float, ...]
    planned_stops: int
    over_h: float = 0.0
    over_bins: int = 0
    overflow_eur: float = 0.0
    failed: str = ""

    @property
    def routes_eur(self) -> float:
        """Money of the routes driven."""
        lines = (self.fixed_eur, self.distance_eur, self.time_eur, self.overtime_eur, self.co2e_eur)
        return sum(lines)

    @property
    def cost_eur(self) -> float:
        """Money of the routes and of overflow."""
        return self.routes_eur + self.overflow_eur


@dataclass(frozen=True, slots=True)
class Record:
    """One policy's run in one seed's world. Volumes in litres: those in the bins at the start and
    the end, and what was thrown in between. `over_at_end` are the bins over full at the end.
    `kept` is about the bins that one emptying a day can keep from overflowing.
    """

    policy: str
    seed: int
    bins: int
    days: tuple[Day, ...]
    start_l: float
    deposited_l: float
    end_l: float
    over_at_end: int
    kept: Kept

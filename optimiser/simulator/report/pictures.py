"""The report's pictures, as SVG text. Equal runs give equal pictures."""

from collections.abc import Callable, Sequence
from io import StringIO
from math import isnan
from statistics import fmean
from typing import Any

import numpy as np

from optimiser.simulator.measures import MEASURES, overflow_eur, routes_eur
from optimiser.simulator.record import Record
from optimiser.simulator.summary import Estimate, estimate, policies_of, saving

COLOURS = ("#0b5fa5", "#d1495b", "#2e8b57", "#e0a100", "#7b4fa3", "#555555", "#17a2a2", "#b5651d")
SAVED = ("cost_eur", "km", "hours", "visits", "co2e_per_tonne")
WEEK = 7


def savings(runs: Sequence[Record], against: str) -> str:
    """Percent saved by each policy against one, with intervals over seeds."""
    measures = [each for each in MEASURES if each.name in SAVED]
    names = [measure.words.partition(",")[0] for measure in measures]
    others = [each for each in policies_of(runs) if each != against]

    def draw(axes: Any) -> None:
        height = 0.8 / max(1, len(others))
        for number, policy in enumerate(others):
            found = [saving(runs, policy, against, measure) for measure in measures]
            at = np.arange(len(measures)) + height * (number - (len(others) - 1) / 2)
            means = [0.0 if each is None else each.mean for each in found]
            colour = COLOURS[_number(runs, policy)]
            axes.barh(at, means, height, color=colour, label=policy, xerr=_halves(found))
        axes.set_yticks(np.arange(len(measures)), names)
        axes.invert_yaxis()
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_xlabel(f"% saved against {against}")
        axes.legend(frameon=False)

    return _svg(draw)


def money(runs: Sequence[Record]) -> str:
    """Money a day of each policy: trucks and crews, and overflow on top."""
    policies = policies_of(runs)

    def draw(axes: Any) -> None:
        below = [_mean(runs, policy, routes_eur) for policy in policies]
        above = [_mean(runs, policy, overflow_eur) for policy in policies]
        whole = [
            estimate([routes_eur(r) + overflow_eur(r) for r in runs if r.policy == policy])
            for policy in policies
        ]
        axes.bar(policies, below, color=COLOURS[0], label="trucks and crews", width=0.6)
        axes.bar(
            policies, above, bottom=below, color=COLOURS[1], label="overflow", width=0.6,
            yerr=_halves(whole),
        )  # fmt: skip
        axes.set_ylabel("EUR a day")
        axes.legend(frameon=False)

    return _svg(draw)


def fills(runs: Sequence[Record]) -> str:
    """How full bins were when they were emptied."""

    def draw(axes: Any) -> None:
        edges = np.linspace(0, 1.2, 25)
        for policy in policies_of(runs):
            found = [
                min(fill, 1.199)
                for run in runs if run.policy == policy for day in run.days for fill in day.fills
            ]  # fmt: skip
            share, _ = np.histogram(found, edges)
            axes.stairs(
                100 * share / max(1, len(found)), 100 * edges,
                color=COLOURS[_number(runs, policy)], label=policy, linewidth=1.5,
            )  # fmt: skip
        axes.axvline(100, color="black", linewidth=0.8)
        axes.set(xlabel="fill at emptying, % (above 100: over full)", ylabel="% of emptyings")
        axes.legend(frameon=False)

    return _svg(draw)


def kilometres(runs: Sequence[Record]) -> str:
    """Kilometres a day over time, mean over seeds and the last seven days."""

    def draw(axes: Any) -> None:
        for policy in policies_of(runs):
            daily = np.mean(
                [[day.distance_m / 1000 for day in r.days] for r in runs if r.policy == policy],
                axis=0,
            )
            width = min(WEEK, len(daily))
            smooth = np.convolve(daily, np.ones(width) / width, mode="valid")
            colour = COLOURS[_number(runs, policy)]
            axes.plot(np.arange(width, len(daily) + 1), smooth, color=colour, label=policy)
        axes.set(xlabel="day", ylabel="km a day, mean of seven days")
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False)

    return _svg(draw)


def _mean(runs: Sequence[Record], policy: str, of: Callable[[Record], float]) -> float:
    return fmean(of(run) for run in runs if run.policy == policy)


def _number(runs: Sequence[Record], policy: str) -> int:
    return policies_of(runs).index(policy) % len(COLOURS)


def _halves(found: Sequence[Estimate | None]) -> list[float] | None:
    halves = [0.0 if each is None or isnan(each.half) else each.half for each in found]
    return halves if any(halves) else None


def _svg(draw: Callable[[Any], None]) -> str:
    import matplotlib as mpl  # noqa: PLC0415  # slow to import, and only a report needs it
    from matplotlib.figure import Figure  # noqa: PLC0415  # the same

    with mpl.rc_context({"svg.hashsalt": "binrounds", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(6.4, 3.2), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        axes.grid(visible=True, linewidth=0.3)
        text = StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
    return text.getvalue()[text.getvalue().index("<svg") :]

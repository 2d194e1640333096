"""`python -m benchmarks pictures`: curves out of JSON lines, as small SVG files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Literal, TypeVar

import click

from benchmarks.city.growth import best_cost, time_to_good
from benchmarks.records import read_records

T = TypeVar("T")
Record = Mapping[str, Any]
Curve = Sequence[tuple[float, float]]
COLOURS = ("#0b5fa5", "#d1495b", "#2e8b57", "#e0a100", "#7b4fa3", "#555555", "#17a2a2", "#b5651d")
"""Told apart in print too, as every curve also has a mark of its own."""
MARKS = "osD^v*xP"


@click.command("pictures")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", default="docs", show_default=True, type=click.Path(path_type=Path))
def command(file: Path, out: Path) -> None:
    """Gaps over time on the classic sets, cost over time and growth of the city, from FILE."""
    out.mkdir(parents=True, exist_ok=True)
    pictures = {
        **gap_pictures(read_records(file, "pyvrp")),
        **city_pictures(read_records(file, "city")),
    }
    if not pictures:
        raise click.ClickException(f"{file} has no run with points; run pyvrp, city or growth")
    for name, picture in pictures.items():
        path = out / f"benchmark-{name}.svg"
        draw(path, picture)
        print(f"{path}: {path.stat().st_size} bytes")


@dataclass(frozen=True, slots=True)
class Picture:
    """Curves by name, over time in steps, or over sizes as lines."""

    title: str
    up: str
    curves: Mapping[str, Curve]
    across: Literal["seconds", "visits"] = "seconds"


def gap_pictures(records: Sequence[Record]) -> dict[str, Picture]:
    """Mean gap to the best-known costs over time, a picture a set, a curve a solver.

    A solver's curve begins when it has an answer to every instance that it has any answer to.
    """
    pictures: dict[str, Picture] = {}
    for set_name in sorted({each["set"] for each in records}):
        curves = {}
        own = [each for each in records if each["set"] == set_name and each["best_known"]]
        for solver in _in_order(each["solver"] for each in own):
            runs = [
                [
                    (seconds, 100 * (cost / each["best_known"] - 1))
                    for seconds, cost in each["points"]
                ]
                for each in own
                if each["solver"] == solver and each["points"] and not each["faults"]
            ]
            if runs:
                curves[solver] = mean_curve(runs, max(each["seconds"] for each in own))
        if curves:
            title = f"{set_name}: mean gap to the best-known costs"
            pictures[f"pyvrp-{set_name.lower()}"] = Picture(title, "%", curves)
    return pictures


def city_pictures(records: Sequence[Record]) -> dict[str, Picture]:
    """Cost over time at each size, and time to within 2 % over sizes."""
    pictures: dict[str, Picture] = {}
    good: dict[str, list[tuple[float, float]]] = {}
    for size in sorted({each["visits"] for each in records}):
        own = [each for each in records if each["visits"] == size and each.get("points")]
        best = best_cost(own, size)
        curves: dict[str, Curve] = {}
        for each in sorted(own, key=lambda run: run["seconds"]):  # the longest one stays
            end = each["asked_to_answer_s"], each["cost_eur"]
            curves[each["solver"]] = thinned([*each["points"], end])
        for solver in curves:
            times = [time_to_good(each, best) for each in own if each["solver"] == solver]
            reached = [seconds for seconds in times if seconds is not None]
            good.setdefault(solver, []).extend([(size, fmean(reached))] if reached else [])
        if curves:
            title = f"A busy day of {size} visits: cost of the best plan"
            pictures[f"city-{size}"] = Picture(title, "EUR", curves)
    growing = {solver: curve for solver, curve in good.items() if len(curve) > 1}
    if growing:
        title = "Seconds to within 2 % of the best plan known"
        pictures["city-growth"] = Picture(title, "seconds", growing, across="visits")
    return pictures


def mean_curve(runs: Sequence[Curve], until_s: float) -> Curve:
    """Mean of curves that step down, from where each has begun."""
    first = max(run[0][0] for run in runs)
    moments = sorted(
        {first, max(first, until_s), *(s for run in runs for s, _ in run if s > first)}
    )
    return [(moment, fmean(_at(run, moment) for run in runs)) for moment in thinned(moments)]


def thinned(items: Sequence[T], most: int = 60) -> Sequence[T]:
    """Not more than so many, evenly, the first and the last among them."""
    if len(items) <= most:
        return items
    return [items[round(n * (len(items) - 1) / (most - 1))] for n in range(most)]


def _at(run: Curve, moment: float) -> float:
    return [value for seconds, value in run if seconds <= moment][-1]


def draw(path: Path, picture: Picture) -> None:
    """Draw a picture into a file. Equal pictures give equal files."""
    import matplotlib as mpl  # noqa: PLC0415  # slow to import, and only pictures need it
    from matplotlib.figure import Figure  # noqa: PLC0415  # the same
    from matplotlib.ticker import LogLocator, NullFormatter  # noqa: PLC0415  # the same

    with mpl.rc_context({"svg.hashsalt": "binrounds", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(6, 3.4), layout="constrained")
        axes = figure.subplots()
        for number, (name, curve) in enumerate(picture.curves.items()):
            axes.plot(
                [x for x, _ in curve], [y for _, y in curve], label=name,
                color=COLOURS[number % len(COLOURS)], marker=MARKS[number % len(MARKS)],
                markersize=3, linewidth=1.2,
                drawstyle="default" if picture.across == "visits" else "steps-post",
            )  # fmt: skip
        axes.set(title=picture.title, xlabel=picture.across, ylabel=picture.up, xscale="log")
        scaled: list[Any] = [axes.xaxis]
        if picture.across == "visits":
            axes.set_yscale("log")
            scaled.append(axes.yaxis)
        for axis in scaled:
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axis.set_major_formatter("{x:g}")
            axis.set_minor_formatter(NullFormatter())
        axes.grid(visible=True, linewidth=0.3)
        axes.legend(frameon=False)
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))

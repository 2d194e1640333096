"""The report page: one HTML file that needs nothing from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from math import isnan
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from optimiser.simulator.city import City
from optimiser.simulator.measures import MEASURES, Measure
from optimiser.simulator.record import Record
from optimiser.simulator.report import pictures
from optimiser.simulator.run import Settings
from optimiser.simulator.summary import Estimate, of_policy, policies_of, saving
from optimiser.simulator.table import shown

HEADLINES = ("cost_eur", "km", "co2e_per_tonne")
FIXED = "fixed"
"""What cities do today: others are measured against it where it is there."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG, and what it shows."""

    svg: Markup
    caption: str


def write_page(
    runs: Sequence[Record], city: City, settings: Settings, name: str, folder: Path
) -> Path:
    """Write `report.html` into a folder. Every text of the city is escaped.

    Raises ValueError if there is no run, ImportError without matplotlib.
    """
    if not runs:
        raise ValueError("there are no runs to report")
    path = folder / "report.html"
    path.write_text(_page(runs, city, settings, name), encoding="utf-8")
    return path


def _page(runs: Sequence[Record], city: City, settings: Settings, name: str) -> str:
    policies = policies_of(runs)
    against = baseline(runs)
    source = files("optimiser.simulator.report").joinpath("report.html").read_text("utf-8")
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(source)
    return template.render(
        title=f"{name}: which bins to empty, tried on a digital twin",
        headlines=[_headline(runs, each, against) for each in policies if each != against],
        setting=_setting(runs, city, settings),
        pictures=_pictures(runs, against),
        policies=policies,
        rows=[
            (measure.words, [shown(of_policy(runs, each, measure), measure) for each in policies])
            for measure in MEASURES
        ],
        seeds=len({run.seed for run in runs}),
        days=settings.days,
        history=f"{history_days(city)} days",
    )


def baseline(runs: Sequence[Record]) -> str:
    """The policy that others are measured against: the fixed schedule, else the first."""
    policies = policies_of(runs)
    return FIXED if FIXED in policies else policies[0]


def history_days(city: City) -> int:
    """Whole days of readings that the twin was made from."""
    times = city.readings.time_s
    return round(float(times.max() - times.min()) / 86_400) if len(times) else 0


def _headline(runs: Sequence[Record], policy: str, against: str) -> str:
    said = [
        f"{_percent(found)} {measure.words.partition(',')[0]}"
        for measure in _named(HEADLINES)
        if (found := saving(runs, policy, against, measure)) is not None
    ]
    (level,) = _named(("service_level",))
    theirs, ours = (of_policy(runs, each, level).mean for each in (against, policy))
    return (
        f"Against {against}, {policy} needs {', '.join(said)}; its service level is "
        f"{ours:.1f} % instead of {theirs:.1f} %."
    )


def _percent(found: Estimate) -> str:
    half = "" if isnan(found.half) else f" (±{found.half:.0f})"
    return f"{abs(found.mean):.0f} %{half} {'less' if found.mean >= 0 else 'more'}"


def _named(names: Sequence[str]) -> list[Measure]:
    return [measure for measure in MEASURES if measure.name in names]


def _setting(runs: Sequence[Record], city: City, settings: Settings) -> str:
    search = f"{settings.seconds:g} s" if settings.seconds else f"{settings.rounds} rounds"
    taken = settings.without_sensor
    sensors = f", sensors of {100 * taken:.0f} % of the bins taken away" if taken else ""
    seeds = ", ".join(str(each) for each in sorted({run.seed for run in runs}))
    return (
        f"{len(city.bins)} bins, {len(city.trucks)} trucks{sensors}; {settings.days} days from "
        f"{settings.dates[settings.warm_up]} after {settings.warm_up} days of warm-up; seeds "
        f"{seeds}; {search} of search a plan."
    )


def _pictures(runs: Sequence[Record], against: str) -> list[Picture]:
    found = []
    if len(policies_of(runs)) > 1:
        text = f"Saved against {against}, with the 95 % interval over random courses."
        found.append((pictures.savings(runs, against), text))
    found += [
        (pictures.money(runs), "What a day costs: trucks and crews, and overflow."),
        (pictures.fills(runs), "How full bins were when they were emptied."),
        (pictures.kilometres(runs), "Kilometres driven, over the days simulated."),
    ]
    # our own drawing; matplotlib escapes the policies' names in it
    return [Picture(Markup(svg), caption) for svg, caption in found]  # noqa: S704

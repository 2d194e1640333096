"""`python -m benchmarks growth`: how the time to a good plan grows with the visits.

Good is within 2 % of the best cost that is known of the size: of any run in the file, which
should be a long one.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from math import log
from pathlib import Path
from typing import Any

import click

from benchmarks.apart import run_apart
from benchmarks.city.command import record
from benchmarks.city.solve import PORTFOLIO, solve, solver_names
from benchmarks.options import cores_option, memory_option, names_option, numbers_option
from benchmarks.points import reached_s
from benchmarks.records import heading, read_records, write_record

GOOD = 1.02
Record = Mapping[str, Any]


@click.command("growth")
@numbers_option("--visits", "300,1000,3000,10000", "Sizes.")
@click.option("--seconds", default=600.0, show_default=True, type=click.FloatRange(min=0.5))
@names_option("--engines", PORTFOLIO, solver_names, "Solvers.")
@numbers_option("--seeds", "1", "Seeds of the search.")
@click.option("--city-seed", default=1, show_default=True, help="Seed of the city.")
@click.option("--grace", default=900.0, show_default=True, help="Seconds after its time to a kill.")
@cores_option
@memory_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--run/--no-run", default=True, help="Run what FILE lacks, or only read it.")
def command(
    *, visits: list[int], seconds: float, engines: list[str], seeds: list[int], city_seed: int,
    grace: float, cores: tuple[int, ...], memory_mb: int, out: Path, run: bool,
) -> None:  # fmt: skip
    """Seconds to within 2 % of the long-run best, by visits.

    Lines of `city` in --out count too; a run that is there already, with as many seconds, is not
    run again, so that what was cut off can go on.
    """
    print(f"{heading()}\n", flush=True)
    for size in visits if run else ():
        for solver in engines:
            for seed in seeds:
                asked = {
                    "solver": solver, "visits": size, "seconds": seconds, "seed": seed,
                    "city_seed": city_seed,
                }  # fmt: skip
                if _is_there(out, asked):
                    continue
                job = partial(
                    solve, solver, size, city_seed=city_seed, seconds=seconds, seed=seed,
                    memory_mb=memory_mb,
                )  # fmt: skip
                ended = run_apart(job, limit_s=seconds + grace, cores=cores)
                write_record(out, record(asked, ended))
    found = [each for each in read_records(out, "city") if each["city_seed"] == city_seed]
    print(table(found, visits, engines))


def _is_there(out: Path, asked: Mapping[str, object]) -> bool:
    known = read_records(out, "city") if out.exists() else []
    return any(
        each.get("cost_eur") is not None and all(each[name] == asked[name] for name in asked)
        for each in known
    )


def table(records: Sequence[Record], visits: Iterable[int], solvers: Iterable[str]) -> str:
    """Rows by size and solver, and how fast the time grows."""
    lines = [
        "| visits | solver | best known EUR | EUR | first plan s | within 2 % s | MB |",
        "| --- " * 7 + "|",
    ]
    for solver in solvers:
        curve: list[tuple[int, float]] = []
        for size in visits:
            best = best_cost(records, size)
            for each in _runs(records, size, solver):
                good_s = time_to_good(each, best)
                lines.append(_line(each, best, good_s))
                curve += [] if good_s is None else [(size, good_s)]
        power = growth_power(curve)
        if power is not None:
            lines.append(f"\n`{solver}`: time to within 2 % grows as visits to the {power:.2f}.\n")
    return "\n".join(lines)


def best_cost(records: Iterable[Record], visits: int) -> float | None:
    """The least cost of any plan of a size that leaves no more required visits than another."""
    plans = [
        (each["required_left"], each["cost_eur"])
        for each in records
        if each["visits"] == visits and each.get("cost_eur") is not None
    ]
    return min(plans)[1] if plans else None


def time_to_good(run: Record, best: float | None) -> float | None:
    """Seconds until the run's cost was within 2 % of the best; None if it never was."""
    return None if best is None else reached_s(run["points"], GOOD * best)


def growth_power(curve: Sequence[tuple[int, float]]) -> float | None:
    """The power of visits with which seconds grow: the slope of the logarithms by least squares."""
    if len({visits for visits, _ in curve}) < 2:
        return None
    xs, ys = [log(visits) for visits, _ in curve], [log(max(1e-3, s)) for _, s in curve]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread


def _runs(records: Iterable[Record], visits: int, solver: str) -> list[Record]:
    """The longest runs of a size: one a seed."""
    own = [
        each
        for each in records
        if (each["visits"], each["solver"]) == (visits, solver) and each.get("points")
    ]
    return list({each["seed"]: each for each in sorted(own, key=lambda r: r["seconds"])}.values())


def _line(run: Record, best: float | None, good_s: float | None) -> str:
    good = "not in {:g}".format(run["seconds"]) if good_s is None else f"{good_s:.1f}"
    return (
        f"| {run['visits']} | `{run['solver']}` | {best:.2f} | {run['cost_eur']:.2f} "
        f"| {run['first_plan_s']:.1f} | {good} | {run['peak_mb']} |"
    )

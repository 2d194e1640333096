"""`python -m benchmarks city`: a busy day at several sizes, solver by solver."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from benchmarks.apart import Ended, run_apart
from benchmarks.city.solve import PORTFOLIO, Answer, solve, solver_names
from benchmarks.options import (
    cores_option,
    memory_option,
    names_option,
    numbers_option,
    out_option,
)
from benchmarks.records import heading, write_record

HEADER = (
    "| visits | solver | EUR | against the best | left | first plan s | answer s | MB "
    "| trucks | km | violations |\n" + "| --- " * 11 + "|"
)
"""`left` is required and optional visits left; `answer s` has the reasons of what is left in it."""


@click.command("city")
@numbers_option("--visits", "300,1000,3000", "Sizes.")
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(min=0.5))
@names_option("--engines", f"{PORTFOLIO},pyvrp,ortools-worst", solver_names, "Solvers.")
@numbers_option("--seeds", "1", "Seeds of the search.")
@click.option("--city-seed", default=1, show_default=True, help="Seed of the city.")
@click.option("--grace", default=600.0, show_default=True, help="Seconds after its time to a kill.")
@cores_option
@memory_option
@out_option
def command(
    *, visits: list[int], seconds: float, engines: list[str], seeds: list[int], city_seed: int,
    grace: float, cores: tuple[int, ...], memory_mb: int, out: Path | None,
) -> None:  # fmt: skip
    """Cost, time to the first verified plan, memory and violations on a generated city's day.

    The day has everything that the model has; fixtures/README.md describes it. Memory is that of
    all processes of a run together. `pyvrp` is PyVRP alone, its routes repaired.
    """
    print(f"{heading()}\n\n{seconds:g} s a size, city {city_seed}.\n\n{HEADER}", flush=True)
    for size in visits:
        runs: list[tuple[str, Ended[Answer]]] = []
        for solver in engines:
            for seed in seeds:
                job = partial(
                    solve, solver, size, city_seed=city_seed, seconds=seconds, seed=seed,
                    memory_mb=memory_mb,
                )  # fmt: skip
                ended = run_apart(job, limit_s=seconds + grace, cores=cores)
                asked = {"solver": solver, "visits": size, "seconds": seconds, "seed": seed}
                write_record(out, record({**asked, "city_seed": city_seed}, ended))
                runs.append((solver, ended))
        for line in lines(size, runs):
            print(line, flush=True)


def record(asked: dict[str, object], ended: Ended[Answer]) -> dict[str, object]:
    """A run as a JSON line has it."""
    answer = asdict(ended.result) if ended.result else {}
    own = {"error": ended.error, "wall_s": ended.wall_s, "peak_mb": ended.peak_mb}
    return {"benchmark": "city", **asked, **answer, **own}


def lines(size: int, runs: Sequence[tuple[str, Ended[Answer]]]) -> list[str]:
    """Rows of the table; costs are compared among those that leave as few required visits."""
    answers = [ended.result for _, ended in runs if ended.result is not None]
    best = min(answers, key=lambda each: (each.required_left, each.cost_eur), default=None)
    return [_line(size, solver, ended, best) for solver, ended in runs]


def _line(size: int, solver: str, ended: Ended[Answer], best: Answer | None) -> str:
    own = ended.result
    if own is None or best is None:
        why = (ended.error or "no answer").replace("|", "/")
        wall, peak = f"{ended.wall_s:.1f}", ended.peak_mb
        return f"| {size} | `{solver}` | - | {why} | - | - | {wall} | {peak} | - | - | - |"
    gap = f"{100 * (own.cost_eur / best.cost_eur - 1):+.2f} %" if best.cost_eur else "-"
    cells = (
        size, f"`{solver}`", f"{own.cost_eur:.2f}",
        gap if own.required_left == best.required_left else "leaves more",
        f"{own.required_left} + {own.optional_left}", f"{own.first_plan_s:.1f}",
        f"{own.asked_to_answer_s:.1f}", ended.peak_mb, own.trucks, f"{own.km:.1f}", own.violations,
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"

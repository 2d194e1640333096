"""`python -m benchmarks pyvrp`: the three classic sets, solver by solver."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

import click

from benchmarks.apart import Ended, run_apart
from benchmarks.classic.check import Checked, check_tours
from benchmarks.classic.found import Found
from benchmarks.classic.instance import SETS, Instance, best_known, read_instance
from benchmarks.classic.solve import PORTFOLIO, solve, solver_names
from benchmarks.options import (
    cores_option,
    instances_folder,
    memory_option,
    names_option,
    numbers_option,
    out_option,
)
from benchmarks.records import heading, write_record

GRACE_S = 300.0
"""So long a solver may take to start and, after its time, to explain; then it is killed."""


@dataclass(frozen=True, slots=True)
class Run:
    """One solver on one instance: what it answered, and what the checker says of it."""

    instance: Instance
    solver: str
    seed: int
    best_known: int | None
    ended: Ended[Found]
    checked: Checked | None

    @property
    def faults(self) -> tuple[str, ...]:
        return self.checked.faults if self.checked else (self.ended.error or "no answer",)

    @property
    def gap(self) -> float | None:
        """Percent above the best-known cost; None for an answer that breaks a rule."""
        if self.best_known is None or self.checked is None or self.checked.faults:
            return None
        return 100 * (self.checked.cost / self.best_known - 1)


@click.command("pyvrp")
@click.argument(
    "folder",
    default=lambda: instances_folder() / "pyvrp",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(min=0.5))
@names_option("--engines", f"{PORTFOLIO},pyvrp-alone", solver_names, "Solvers, one after another.")
@names_option("--sets", ",".join(SETS), lambda: SETS, "Sets of instances.")
@click.option("--only", default="", help="Names of instances, separated by commas.")
@numbers_option("--seeds", "1", "Seeds; each is a run of its own.")
@cores_option
@memory_option
@out_option
def command(
    *, folder: Path, seconds: float, engines: list[str], sets: list[str], only: str,
    seeds: list[int], cores: tuple[int, ...], memory_mb: int, out: Path | None,
) -> None:  # fmt: skip
    """Gap to the best-known cost on CVRP, MTVRPTWR and PCVRPTW: FOLDER has a folder for each;
    by default it is `pyvrp` in `BINROUNDS_BENCHMARKS`.

    Each answer is checked from the file's own numbers. A line is written when its run is over, so
    that what fails, or is cut off, costs only its own result.
    """
    instances = list(_instances(folder, sets, [each for each in only.split(",") if each]))
    if not instances:
        raise click.ClickException(
            f"no instance {only or '*.vrp'} of {', '.join(sets)} in {folder}"
        )
    print(f"{heading()}\n\n{seconds:g} s an instance.\n")
    print("| instance | solver | cost | best known | gap % | wall s | MB | faults |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    runs = []
    for instance, known in instances:
        for solver in engines:
            for seed in seeds:
                run = run_one(
                    instance, known, solver, seconds=seconds, seed=seed, cores=cores,
                    memory_mb=memory_mb,
                )  # fmt: skip
                write_record(out, record(run, seconds))
                print(_line(run), flush=True)
                runs.append(run)
    print(f"\n{means(runs, engines)}")


def run_one(
    instance: Instance, known: int | None, solver: str, *, seconds: float, seed: int,
    cores: Sequence[int] = (), memory_mb: int = 4096,
) -> Run:  # fmt: skip
    """Run a solver in a process of its own and check its answer in this one."""
    job = partial(solve, solver, instance, seconds, seed, memory_mb)
    ended = run_apart(job, limit_s=seconds + GRACE_S, cores=cores)
    return judged(instance, solver, ended, seed=seed, known=known)


def judged(
    instance: Instance, solver: str, ended: Ended[Found], *, seed: int = 1, known: int | None = None
) -> Run:
    """What came of a solver, with what the checker says of it."""
    tours = ended.result.tours if ended.result is not None else None
    checked = None if tours is None else check_tours(instance, tours)
    return Run(instance, solver, seed, known, ended, checked)


def record(run: Run, seconds: float) -> dict[str, object]:
    """A run as a JSON line has it."""
    found, checked = run.ended.result, run.checked
    return {
        "benchmark": "pyvrp",
        "set": run.instance.set_name,
        "instance": run.instance.name,
        "customers": len(run.instance.customers),
        "solver": run.solver,
        "seed": run.seed,
        "seconds": seconds,
        "cost": checked.cost if checked else None,
        "best_known": run.best_known,
        "gap_percent": run.gap,
        "faults": list(run.faults),
        "wall_s": run.ended.wall_s,
        "peak_mb": run.ended.peak_mb,
        "note": found.note if found else "",
        "points": found.points if found else (),
        "tours": found.tours if found else None,
    }


def means(runs: Sequence[Run], solvers: Sequence[str]) -> str:
    """Mean gap of each solver on each set, and how many of its answers count."""
    sets = [name for name in SETS if any(run.instance.set_name == name for run in runs)]
    lines = [
        "| mean gap % | " + " | ".join(sets) + " |",
        "| --- |" + " --- |" * len(sets),
    ]
    for solver in solvers:
        cells = [
            _mean([r for r in runs if (r.solver, r.instance.set_name) == (solver, name)])
            for name in sets
        ]
        lines.append(f"| `{solver}` | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _mean(runs: Sequence[Run]) -> str:
    gaps = [run.gap for run in runs if run.gap is not None]
    if not gaps:
        return f"- (0 of {len(runs)})"
    some = "" if len(gaps) == len(runs) else f" ({len(gaps)} of {len(runs)})"
    return f"{fmean(gaps):+.2f}{some}"


def _line(run: Run) -> str:
    cost = run.checked.cost if run.checked else "-"
    gap = "-" if run.gap is None else f"{run.gap:+.2f}"
    note = run.ended.result.note if run.ended.result and run.checked is None else ""
    faults = "; ".join(filter(None, (*run.faults[:2], note))) or "none"
    name = f"{run.instance.set_name} {run.instance.name}"
    wall, peak = f"{run.ended.wall_s:.1f}", run.ended.peak_mb
    known = run.best_known or "-"
    return f"| {name} | `{run.solver}` | {cost} | {known} | {gap} | {wall} | {peak} | {faults} |"


def _instances(
    folder: Path, sets: Sequence[str], only: Sequence[str]
) -> Iterator[tuple[Instance, int | None]]:
    """Smallest first. A file that cannot be read is said so and passed over."""
    for name in sets:
        known, found = best_known(folder / name), []
        for path in (folder / name).glob("*.vrp"):
            if only and path.stem not in only:
                continue
            try:
                found.append(read_instance(path))
            except ValueError as error:
                click.echo(f"passed over: {error}", err=True)
        for each in sorted(found, key=lambda each: (len(each.customers), each.name)):
            yield each, known.get(each.name)

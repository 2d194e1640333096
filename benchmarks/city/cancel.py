"""`python -m benchmarks cancel`: seconds from a cancel to the return of `make_plan`."""

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import click

from benchmarks.apart import run_apart
from benchmarks.options import memory_option, numbers_option, out_option
from benchmarks.records import heading, write_record
from fixtures.busy_day import busy_day
from optimiser.planning import PlanningFailed, Stop, make_plan

LONG_S = 3600.0
"""The search is asked for as long as this, so that nothing but the cancel ends it."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """When a cancel was said, what it took to return, and what came of it."""

    said_s: float
    returned_after_s: float
    outcome: str


@click.command("cancel")
@numbers_option("--visits", "300,1000,3000", "Sizes.")
@numbers_option("--after", "1,10,30", "Seconds into the search.")
@click.option("--city-seed", default=1, show_default=True, help="Seed of the city.")
@click.option("--grace", default=300.0, show_default=True, help="Seconds from cancel to a kill.")
@memory_option
@out_option
def command(
    *, visits: list[int], after: list[int], city_seed: int, grace: float, memory_mb: int,
    out: Path | None,
) -> None:  # fmt: skip
    """How soon a cancelled search gives back the best plan so far, reasons included."""
    print(f"{heading()}\n")
    print("| visits | cancelled after s | returned after s | with |")
    print("| --- | --- | --- | --- |", flush=True)
    for size in visits:
        for second in after:
            job = partial(cancel_after, size, float(second), city_seed, memory_mb)
            ended = run_apart(job, limit_s=second + grace)
            own = asdict(ended.result) if ended.result else {}
            asked = {"visits": size, "after_s": second, "city_seed": city_seed}
            write_record(out, {"benchmark": "cancel", **asked, **own, "error": ended.error})
            took = f"{ended.result.returned_after_s:.2f}" if ended.result else "-"
            outcome = ended.result.outcome if ended.result else ended.error
            print(f"| {size} | {second} | {took} | {outcome} |", flush=True)


def cancel_after(visits: int, seconds: float, city_seed: int, memory_mb: int) -> Cancelled:
    """Cancel a search after so many seconds; the moment counted is when it is first said."""
    problem = busy_day(city_seed, visits)
    began = monotonic()
    try:
        plan = make_plan(
            problem,
            stop=Stop(seconds=LONG_S),
            cancelled=lambda: monotonic() - began >= seconds,
            memory_mb=memory_mb,
        )
        left = sum(each.required for each in plan.left)
        outcome = f"a plan of {plan.cost.total_eur:.2f} EUR, {left} required left"
    except PlanningFailed as failure:
        outcome = failure.code
    return Cancelled(seconds, round(monotonic() - began - seconds, 3), outcome)

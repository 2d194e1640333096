"""`python -m benchmarks`: runs benchmarks and prints their tables."""

import csv
import json
from pathlib import Path

import click

from benchmarks import (
    backtest,
    driver_sync,
    engines,
    forecast,
    pictures,
    reads,
    service,
    tables,
    workers,
)
from benchmarks.city import cancel, growth
from benchmarks.city import command as city
from benchmarks.classic import command as classic
from benchmarks.contract import command as contract
from benchmarks.faults import command as faults
from benchmarks.ingest import command as ingest
from benchmarks.kim2006 import read_instance
from benchmarks.kim2006_solve import Outcome, least_trucks, solve_instance

HEADER = f"{'instance':<12}{'trucks':>8}{'publ.':>7}{'miles':>9}{'publ.':>9}{'gap %':>8}{'s':>7}"


@click.group()
def main() -> None:
    """Benchmarks of binrounds against published results."""


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--seconds", type=click.FloatRange(min=5), default=60.0, help="An instance's time.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--only", help="The name of one instance, as in 102_stop.")
def kim2006(folder: Path, seconds: float, out: Path, only: str | None) -> None:
    """Waste collection with time windows (Kim, Kim and Sahoo 2006): FOLDER has the instances."""
    paths = sorted(folder.glob("*_stop.txt"), key=lambda path: (len(path.name), path.name))
    paths = [path for path in paths if only in (None, path.stem)]
    if not paths:
        raise click.ClickException(f"no instance {only or '*_stop'} in {folder}")
    published = _published(folder / "published.csv")
    out.mkdir(parents=True, exist_ok=True)
    print(f"{HEADER}  feasible", flush=True)
    faulty = 0
    for path in paths:
        instance = read_instance(path)
        known = published.get(instance.name, {})
        fewest = int(known.get("vehicles", least_trucks(instance)))
        outcome = solve_instance(instance, fewest, 3 * fewest + 3, seconds)
        _write(out / f"{instance.name}.json", outcome)
        _print(outcome, known)
        faulty += bool(outcome.faults)
    if faulty:
        raise click.ClickException(f"{faulty} of {len(paths)} answers break a rule")


main.add_command(backtest.command, "backtest")
main.add_command(classic.command, "pyvrp")
main.add_command(cancel.command, "cancel")
main.add_command(city.command, "city")
main.add_command(growth.command, "growth")
main.add_command(ingest.command, "ingest")
main.add_command(pictures.command, "pictures")
main.add_command(driver_sync.command, "driver-sync")
main.add_command(engines.command, "engines")
main.add_command(faults.command, "faults")
main.add_command(contract.command, "contract")
main.add_command(forecast.command, "forecast")
main.add_command(reads.command, "reads")
main.add_command(service.command, "service")
main.add_command(tables.command, "tables")
main.add_command(workers.command, "workers")


def _published(path: Path) -> dict[str, dict[str, str]]:
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        return {row["instance"]: row for row in csv.DictReader(file)}


def _write(path: Path, outcome: Outcome) -> None:
    fields = ("instance", "vehicles", "miles", "seconds", "routes")
    path.write_text(json.dumps({field: getattr(outcome, field) for field in fields}) + "\n")


def _print(outcome: Outcome, known: dict[str, str]) -> None:
    best = float(known["buhrkal2012_best_miles"]) if known else float("nan")
    gap = 100 * (outcome.miles / best - 1)
    feasible = "yes" if not outcome.faults else f"no: {'; '.join(outcome.faults[:3])}"
    print(
        f"{outcome.instance:<12}{outcome.vehicles:>8}{known.get('vehicles', '-'):>7}"
        f"{outcome.miles:>9.1f}{best:>9.1f}{gap:>8.1f}{outcome.seconds:>7.1f}  {feasible}",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""`binrounds schemas`: the JSON Schemas of the problem and the plan file."""

import json
from pathlib import Path

import click

from api.cli.common import say_errors
from optimiser.wire import plan_schema, problem_schema


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("docs"),
    show_default=True,
    help="Folder for problem.schema.json and plan.schema.json.",
)
@say_errors
def schemas(out: Path) -> None:
    """Write the JSON Schemas of the problem file and the plan file."""
    out.mkdir(parents=True, exist_ok=True)
    for name, schema in (("problem", problem_schema()), ("plan", plan_schema())):
        path = out / f"{name}.schema.json"
        path.write_text(json.dumps(schema, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        click.echo(path)

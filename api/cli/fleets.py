"""`binrounds fleets`: those who share the service."""

import click

from api.cli.common import database, json_option, say_errors, settings, show
from api.usecases import fleets as usecase
from api.usecases.ports import utc_now
from optimiser.wire import to_json


@click.group()
def fleets() -> None:
    """Add and list the fleets that share the service, and see nothing of each other."""


@fleets.command("add")
@click.argument("fleet_id", metavar="ID")
@click.option("--name", default="", help="What people call it.")
@json_option
@say_errors
def add(fleet_id: str, name: str, as_json: bool) -> None:
    """Add the fleet ID, such as a municipality. Its first key: `keys create --fleet ID`."""
    with database(settings()) as db:
        made = usecase.add_fleet(db, fleet_id, name=name, now=utc_now())
    if as_json:
        show(to_json(made))
    else:
        click.echo(f"fleet {made.id} is there; `binrounds keys create --fleet {made.id}` opens it")


@fleets.command("list")
@json_option
@say_errors
def list_(as_json: bool) -> None:
    """List all fleets."""
    with database(settings()) as db:
        found = usecase.list_fleets(db)
    if as_json:
        show(to_json(found))
        return
    for each in found:
        click.echo(f"{each.id}  {each.name}".rstrip())

"""`binrounds keys` and `binrounds demo`."""

from datetime import datetime, timedelta
from typing import get_args

import click

from api.cli.common import database, fleet_option, json_option, say_errors, settings, show
from api.store.catalogue import TRUCKS, existing_ids
from api.store.database import Database
from api.usecases import keys as usecase
from api.usecases.fleets import MAIN
from api.usecases.keys import CreatedKey, Key, Role
from api.usecases.ports import utc_now
from optimiser.wire import to_json

DEMO = "demo"
"""Name of the demonstration's keys."""


@click.group()
def keys() -> None:
    """Create, list and revoke the keys that the service is used with."""


@keys.command("create")
@click.option("--role", type=click.Choice(get_args(Role)), required=True)
@click.option("--name", default="", help="Whose key it is.")
@click.option("--truck", "truck_id", help="The truck of a driver's key.")
@click.option("--sensor-prefix", help='Devices of a sensor key, by prefix; "" is all.')
@click.option("--sensor", "sensor_ids", multiple=True, help="One device of a sensor key; repeat.")
@fleet_option
@json_option
@say_errors
def create(
    *,
    role: Role,
    name: str,
    truck_id: str | None,
    sensor_prefix: str | None,
    sensor_ids: tuple[str, ...],
    fleet_id: str,
    as_json: bool,
) -> None:
    """Create a key and print its secret, this once."""
    with database(settings(), fleet_id=fleet_id) as db:
        made = usecase.create_key(
            db,
            role=role,
            name=name,
            truck_id=truck_id,
            sensor_prefix=sensor_prefix,
            sensor_ids=sensor_ids,
            now=utc_now(),
        )
    if as_json:
        show(to_json(made))
    else:
        click.echo(made.secret)
        click.echo("This secret is not shown again.", err=True)


@keys.command("list")
@fleet_option
@json_option
@say_errors
def list_(fleet_id: str, as_json: bool) -> None:
    """List all keys, without their secrets."""
    with database(settings(), fleet_id=fleet_id) as db:
        found = usecase.list_keys(db)
    if as_json:
        show(to_json(found))
        return
    for each in found:
        scope = each.truck_id or " ".join(each.sensor_ids)
        if each.sensor_prefix is not None:
            scope = f"{each.sensor_prefix}* {scope}".strip()
        click.echo(f"{each.id}  {each.role:<10}  {_state(each):<28}  {scope}  {each.name}".rstrip())


def _state(key: Key) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d %H:%M} UTC"
    return f"until {key.expires_at:%Y-%m-%d %H:%M} UTC" if key.expires_at else "valid"


@keys.command("revoke")
@click.argument("key_id")
@fleet_option
@json_option
@say_errors
def revoke(key_id: str, fleet_id: str, as_json: bool) -> None:
    """End the key KEY_ID at once."""
    with database(settings(), fleet_id=fleet_id) as db:
        ended = usecase.revoke_key(db, key_id, now=utc_now())
    if as_json:
        show(to_json(ended))
    else:
        click.echo(f"revoked {ended.id} ({ended.role} {ended.name})")


@keys.command("rotate")
@click.argument("key_id")
@click.option("--grace-hours", default=0.0, show_default=True, help="The old secret lives so long.")
@fleet_option
@json_option
@say_errors
def rotate(key_id: str, grace_hours: float, fleet_id: str, as_json: bool) -> None:
    """Give the key KEY_ID a new secret and print it, this once."""
    with database(settings(), fleet_id=fleet_id) as db:
        grace = timedelta(hours=grace_hours)
        made = usecase.rotate_key(db, key_id, grace=grace, now=utc_now())
    if as_json:
        show(to_json(made))
    else:
        click.echo(made.secret)
        click.echo("This secret is not shown again.", err=True)


@click.command()
@json_option
@say_errors
def demo(as_json: bool) -> None:
    """Make keys of a demo dispatcher, sensor and driver; earlier demo keys end."""
    with database(settings(), migrated=True, fleet_id=MAIN) as db:
        made = demo_keys(db, utc_now())
    if as_json:
        show({each.key.role: each.secret for each in made})
    else:
        for line in key_lines(made):
            click.echo(line)


def demo_keys(db: Database, now: datetime) -> tuple[CreatedKey, ...]:
    """Fresh keys for a demonstration; the driver's is for the first truck, if there is one."""
    for each in usecase.list_keys(db):
        if each.name == DEMO and each.revoked_at is None:
            usecase.revoke_key(db, each.id, now=now)
    with db.read() as tx:
        trucks = sorted(existing_ids(tx, TRUCKS))
    made = [
        usecase.create_key(db, role="dispatcher", name=DEMO, now=now),
        usecase.create_key(db, role="sensor", name=DEMO, sensor_prefix="", now=now),
    ]
    if trucks:
        driver = usecase.create_key(db, role="driver", name=DEMO, truck_id=trucks[0], now=now)
        made.append(driver)
    return tuple(made)


def key_lines(made: tuple[CreatedKey, ...]) -> list[str]:
    """A line a key, for people."""
    return [
        f"{each.key.role:<10}  {each.secret}"
        + (f"  (truck {each.key.truck_id})" if each.key.truck_id else "")
        for each in made
    ]

"""`binrounds serve`, `worker`, `sweep` and `migrate`."""

from datetime import date
from importlib.util import find_spec

import click

from api.cli.access import demo_keys, key_lines
from api.cli.common import Refused, database, json_option, say_errors, settings, show
from api.cli.supervisor import Supervisor, free_port
from api.config import Settings
from api.logs import set_up_logs
from api.usecases.fleets import MAIN
from api.usecases.keys import CreatedKey
from api.usecases.ports import utc_now
from optimiser.solvers.ready import take_compiled


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65_535), help="0 takes a free one.  [default: 8000]")
@click.option("--demo", "with_demo", is_flag=True, help="Make fresh demo keys and print them.")
@click.option("--web-only", is_flag=True, help="No worker, and the database is left as it is.")
@say_errors
def serve(host: str | None, port: int | None, with_demo: bool, web_only: bool) -> None:
    """Bring the database up to date, then serve HTTP and solve plans until Ctrl-C."""
    found = settings()
    host = found.host if host is None else host
    if web_only:
        take_compiled()  # the worker of this machine would have done it
    with database(found, migrated=not web_only, fleet_id=MAIN) as db:
        made = demo_keys(db, utc_now()) if with_demo else ()
    port = free_port(host, found.port if port is None else port)
    shown_host = f"[{host}]" if ":" in host else host
    address = f"http://{shown_host}:{port}"
    today = utc_now().astimezone(found.zone).date()

    def greet() -> None:
        for line in (f"binrounds serves {address}", *_demo_lines(made, address, today)):
            click.echo(line)

    supervisor = Supervisor(host, port, found, with_worker=not web_only)
    raise SystemExit(supervisor.run(on_ready=greet))


def _demo_lines(made: tuple[CreatedKey, ...], address: str, today: date) -> list[str]:
    if not made:
        return ["Ctrl-C ends it."]
    headers = f"-H 'Authorization: Bearer {made[0].secret}' -H 'Content-Type: application/json'"
    return [
        "",
        "Demo keys, valid until the next start:",
        *(f"  {line}" for line in key_lines(made)),
        "",
        "Ask for today's plan; the answer's `Location` is where it will be:",
        f'  curl -i {address}/v1/plans {headers} -d \'{{"service_date": "{today}"}}\'',
        "",
        f"All that can be asked: {address}/openapi/   Ctrl-C ends it.",
    ]


@click.command()
@click.option(
    "--celery", "with_celery", is_flag=True, help="Take them from the broker that `sweep` fills."
)
@say_errors
def worker(with_celery: bool) -> None:
    """Solve queued plans until SIGTERM or Ctrl-C. As many as wanted may share a database."""
    found = _ready_for_work(with_broker=with_celery)
    if with_celery:
        from api.jobs.celery_worker import run_celery_worker  # noqa: PLC0415  # needs the extra

        raise SystemExit(run_celery_worker(found))
    from api.jobs.worker import run_worker  # noqa: PLC0415  # loads the solvers

    run_worker(found)


@click.command()
@say_errors
def sweep() -> None:
    """Send queued plans to Celery's workers, and do the chores, until SIGTERM or Ctrl-C."""
    found = _ready_for_work(with_broker=True)
    from api.jobs.sweeper import run_sweeper  # noqa: PLC0415  # needs the extra

    run_sweeper(found)


def _ready_for_work(*, with_broker: bool) -> Settings:
    """The settings, once the database, and with it the broker's part, are found to be there."""
    found = settings()
    if with_broker and found.broker_url is None:
        text = "BINROUNDS_BROKER_URL is not set: amqp://USER:PASSWORD@HOST/VHOST or redis://HOST"
        raise Refused("no_broker", text)
    if with_broker and find_spec("celery") is None:
        raise Refused("not_installed", "Celery is not there: pip install 'binrounds[celery]'")
    set_up_logs(found.log_format, found.log_level or "info")
    with database(found):
        return found


@click.command()
@json_option
@say_errors
def migrate(as_json: bool) -> None:
    """Bring the database to this version's tables."""
    found: Settings = settings()
    with database(found, migrated=True) as db:
        name = db.url.render_as_string(hide_password=True)
    if as_json:
        show({"database": name, "current": True})
    else:
        click.echo(f"{name} is up to date")

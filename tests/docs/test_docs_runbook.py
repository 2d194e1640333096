"""The runbook names figures, settings, parts and commands that there are."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

from click import Context, Group

from api.app import create_app
from api.cli import main
from api.config import Settings
from api.http.ports import Ports
from api.store.schema import migrate
from api.usecases.fleets import MAIN
from api.usecases.health import Part
from api.usecases.keys import create_key
from api.usecases.ports import utc_now

RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")


def test_every_figure_to_watch_is_one_that_the_service_tells(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/db.sqlite3"))
    ports: Ports = app.extensions["binrounds"]
    migrate(ports.db)
    key = create_key(ports.db.of(MAIN), role="monitor", now=utc_now()).secret
    headers = {"Authorization": f"Bearer {key}"}
    text = app.test_client().get("/metrics", headers=headers).get_data(as_text=True)
    ports.db.close()
    told = set(re.findall(r"^# TYPE (\w+) ", text, flags=re.MULTILINE))
    named = set(re.findall(r"`(binrounds_\w+)", RUNBOOK))
    assert len(named) >= 11
    assert named <= told


def test_every_setting_is_there() -> None:
    named = set(re.findall(r"BINROUNDS_(\w+)", RUNBOOK))
    assert len(named) >= 4
    assert {each.lower() for each in named} <= set(Settings.model_fields)


def test_every_part_of_readiness_has_its_section() -> None:
    for part in get_args(get_type_hints(Part)["name"]):
        assert re.search(rf"^### .*`{part}`", RUNBOOK, flags=re.MULTILINE), part


def test_every_command_is_one_of_the_program() -> None:
    context = Context(main)
    commands = re.findall(r"^binrounds (\w+)(?: (\w+))?", RUNBOOK, flags=re.MULTILINE)
    assert len(commands) >= 4
    for name, sub in commands:
        found = main.get_command(context, name)
        assert found is not None
        assert not isinstance(found, Group) or sub in found.commands

"""docs/deployment.md names settings, commands and files that there are."""

import re
from pathlib import Path

from click import Context

from api.cli import main
from api.config import SECRETS_DIR, Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")


def test_every_setting_is_there() -> None:
    named = set(re.findall(r"BINROUNDS_\w+", TEXT)) - {SECRETS_DIR}
    assert len(named) >= 4
    assert {each.removeprefix("BINROUNDS_").lower() for each in named} <= set(Settings.model_fields)


def test_every_command_has_the_options_that_are_written() -> None:
    context = Context(main)
    commands = re.findall(r"`binrounds ([a-z]+)((?: --[a-z-]+)*)`", TEXT)
    assert len(commands) >= 5
    for name, options in commands:
        found = main.get_command(context, name)
        assert found is not None
        found.make_context(name, options.split())


def test_every_file_is_there() -> None:
    for path in re.findall(r"\bdeploy/[\w./-]+\w", TEXT):
        assert (ROOT / path).is_file(), path

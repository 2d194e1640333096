"""The command `binrounds`. Each command's file is imported only when it is asked for.

That keeps `binrounds --help` quick, and a solver's process small: it imports the main
module of its parent again.
"""

from importlib import import_module

import click

_COMMANDS = {
    "backtest": "api.cli.backtesting:backtest",
    "backup": "api.cli.keeping:backup",
    "demo": "api.cli.access:demo",
    "fleets": "api.cli.fleets:fleets",
    "import": "api.cli.importing:import_files",
    "keys": "api.cli.access:keys",
    "migrate": "api.cli.serving:migrate",
    "prune": "api.cli.keeping:prune",
    "restore": "api.cli.keeping:restore",
    "plan": "api.cli.plans:plan",
    "schemas": "api.cli.schemas:schemas",
    "serve": "api.cli.serving:serve",
    "simulate": "api.cli.simulating:simulate",
    "solve": "optimiser.cli:solve",
    "tune": "api.cli.tuning:tune",
    "sweep": "api.cli.serving:sweep",
    "verify": "optimiser.cli:verify",
    "worker": "api.cli.serving:worker",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="binrounds")
def main() -> None:
    """Bin fill levels in, verified daily truck routes out.

    Settings come from the environment: BINROUNDS_DATABASE_URL (or DATABASE_URL),
    BINROUNDS_TIMEZONE and others; see README.
    """

"""The `soundmark` command: which module answers which word."""

from importlib import import_module
from importlib.metadata import version

import click

COMMANDS = {
    "init": "collector.cli:init",
    "doctor": "collector.cli:doctor",
    "suites": "collector.cli:suites",
    "collect": "collector.cli:collect",
    "import": "history.cli:import_",
    "export": "history.cli:export",
    "history": "history.cli:history",
    "compare": "history.cli:compare",
    "regressions": "history.cli:regressions",
    "sla": "history.cli:sla",
    "check": "history.cli:check",
    "site": "site_gen.cli:site",
    "demo": "site_gen.cli:demo",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of a first day's work."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None so that click names the nearest one."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - a wrong table above is our own mistake
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("soundmark"), prog_name="soundmark")
def main() -> None:
    """Keep the performance record of a speech project, and publish it."""

"""The `soundmark` command: which module answers which word, and how an error looks."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from errno import EPIPE
from importlib import import_module
from importlib.metadata import version
from types import FrameType

import click

from history.words.errors import SoundmarkError

COMMANDS = {
    "init": "collector.cli.main:init",
    "doctor": "collector.cli.main:doctor",
    "suites": "collector.cli.main:suites",
    "collect": "collector.cli.main:collect",
    "bisect": "collector.cli.main:bisect",
    "import": "history.cli.exchange:import_",
    "export": "history.cli.exchange:export",
    "history": "history.cli.record:history",
    "compare": "history.cli.judge:compare",
    "regressions": "history.cli.judge:regressions",
    "sla": "history.cli.judge:sla",
    "check": "history.cli.judge:check",
    "report": "site_gen.cli.report:report",
    "notify": "site_gen.cli.notify:notify",
    "bench": "site_gen.cli.bench:bench",
    "site": "site_gen.cli.main:site",
    "demo": "site_gen.cli.main:demo",
}


OF_COMMANDS = frozenset({"--config", "--history", "--ledger", "--debug", "--format"})
"""Options of commands, which in other programs stand before the command."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, in the order of a first day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, or None so that click says so."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first word. Raises UsageError, with the nearest name, if none is."""
        word = args[0]
        if word.startswith("-") or ctx.resilient_parsing or self.get_command(ctx, word):
            return super().resolve_command(ctx, args)
        near = get_close_matches(word, COMMANDS, n=1)
        advice = f" Did you mean '{near[0]}'?" if near else ""
        raise click.UsageError(f"No such command '{word}'.{advice}", ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Notice --debug early, for errors raised before the command has read its options."""
        ctx.meta["debug"] = "--debug" in args
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if error.option_name in OF_COMMANDS:
                advice = f"{error.option_name} goes after the command: soundmark COMMAND"
                raise click.UsageError(f"{advice} {error.option_name}.", ctx) from None
            raise

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; whatever goes wrong is one message and its exit code, no traceback."""
        stopped: list[int] = []
        try:
            with _confirming_interrupts(stopped):
                return super().invoke(ctx)
        except click.UsageError as error:
            raise _wrapped(error) from error.__cause__
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except SoundmarkError as error:
            if ctx.meta["debug"]:
                raise
            _abort_if(stopped, error)
            _say_error(str(error))
            ctx.exit(error.exit_code)
        except Exception as error:
            is_closed_pipe = isinstance(error, OSError) and error.errno == EPIPE
            if ctx.meta["debug"] or is_closed_pipe:
                raise
            _abort_if(stopped, error)
            _say_error(unforeseen(error))
            ctx.exit(SoundmarkError.exit_code)


@contextmanager
def _confirming_interrupts(stopped: list[int]) -> Iterator[None]:
    """Confirm Ctrl-C at once, however long what runs takes to end, and add it to ``stopped``."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    own = os.getpid()

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        stopped.append(number)
        if os.getpid() == own:  # processes that share the work are told as well
            with suppress(OSError):
                os.write(2, b"\nInterrupted: ending what runs.\n")
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _abort_if(stopped: list[int], error: Exception) -> None:
    """Raise Abort after Ctrl-C: libraries turn it into errors of their own."""
    if stopped:
        raise click.Abort from error


def _wrapped(error: click.UsageError) -> click.UsageError:
    """The same error with its message wrapped to the width of the terminal."""
    from history.report.terminal import folded

    if type(error).show is not click.UsageError.show:  # help in place of a message
        return error
    told = f"Error: {error.format_message()}"
    fits = folded(told, err=True)
    return error if fits == told else click.UsageError(fits.removeprefix("Error: "), error.ctx)


def _say_error(text: str) -> None:
    from history.report.output import visible  # only where something went wrong
    from history.report.terminal import say

    say(f"Error: {visible(text)}", err=True)


def unforeseen(error: Exception) -> str:
    """One sentence and the next step for an error that no part of the program has explained."""
    if isinstance(error, OSError) and error.strerror:
        about = f"{error.filename}: " if error.filename is not None else ""
        is_absent = isinstance(error, FileNotFoundError)
        step = "Make its folder" if is_absent else "Make room, or mend its rights,"
        return f"{about}{error.strerror}. {step} and try again."
    if isinstance(error, MemoryError):
        return "there is not enough memory. End other programs, or use a machine with more of it."
    said = str(error).strip().splitlines()[:1]
    return (
        f"{': '.join((type(error).__name__, *said))}. This is a mistake in soundmark, or in a"
        " package that adds to it: --debug shows where it happened."
    )


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("soundmark"), prog_name="soundmark")
def main() -> None:
    """Keep the performance record of a speech project, and publish it."""

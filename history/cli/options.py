"""The options that every command has, and the workspace made from them."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from history.cli import completion

if TYPE_CHECKING:
    from collections.abc import Callable

    from history.project.workspace import Workspace

FORMATS: Final = ("text", "json", "markdown", "csv")


def series_options(of: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--only --metric --machine``, globs over series; ``of`` names their owner in the help."""
    options = (
        click.option(
            "--only",
            metavar="GLOB",
            default="*",
            shell_complete=completion.BENCHMARKS,
            help=f"{of}: benchmarks, suite.benchmark[params].",
        ),
        click.option(
            "--metric",
            metavar="GLOB",
            default="",
            help=f"{of}: metrics.  [default: the one that introduces each benchmark]",
        ),
        click.option("--machine", metavar="GLOB", default="*", help=f"{of}: machines."),
    )

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options


def workspace_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--config --history --ledger --debug``; the command receives ``workspace``."""

    @click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Configuration file.  [default: soundmark.toml, found upwards]",
    )
    @click.option(
        "--history",
        type=click.Path(path_type=Path, dir_okay=False),
        help="DuckDB history.  [default: .soundmark/history.duckdb]",
    )
    @click.option(
        "--ledger",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder of run files.  [default: .soundmark/runs, or runs beside --history]",
    )
    @click.option("--debug", is_flag=True, help="Show the traceback of an error.")
    @wraps(command)
    def wrapped(
        *arguments: Any,  # noqa: ANN401 - passed through
        config: Path | None,
        history: Path | None,
        ledger: Path | None,
        debug: bool,  # noqa: ARG001 - the front door has read it
        **options: Any,  # noqa: ANN401 - passed through
    ) -> Any:  # noqa: ANN401 - passed through
        from history.project.workspace import open_workspace

        workspace = open_workspace(config, history, ledger)
        return command(*arguments, workspace=workspace, **options)

    return wrapped


def executor_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--executor``; sets where parallel work of the command runs."""

    @click.option(
        "--executor",
        default="local",
        show_default=True,
        metavar="NAME",
        help="Where changes are searched: on all cores here (local), or on a cluster (dask://HOST:PORT).",
    )
    @wraps(command)
    def wrapped(*arguments: Any, executor: str, **options: Any) -> Any:  # noqa: ANN401 - passed through
        from history import workers

        with workers.using(workers.named(executor)):
            return command(*arguments, **options)

    return wrapped


def need_ledger(workspace: Workspace) -> None:
    """Raise BrokenDataError when the folder of run files does not exist: it may be misspelt."""
    from history.words.errors import BrokenDataError

    if not workspace.ledger.folder.is_dir():
        raise BrokenDataError(
            f"there is no ledger at {workspace.ledger.folder}; nothing was changed.",
            hint="Name the folder of run files with --ledger; `soundmark collect` and "
            "`soundmark import` make one.",
        )


def format_option(
    *formats: str, told: str = "How the result is printed."
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``--format``; the command receives ``format_``. Without names: all of them."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(formats or FORMATS),
        default=(formats or FORMATS)[0],
        show_default=True,
        help=told,
    )

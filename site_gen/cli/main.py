"""The commands of the website: ``site build``, ``site pages``, ``site serve`` and ``demo``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from history.cli.options import executor_option, workspace_options
from history.report.terminal import say
from history.report.wording import numbers
from site_gen.shell.registry import DEFAULT, SHELLS

if TYPE_CHECKING:
    from history.project.workspace import Workspace

OUT = "site"


@click.group(short_help="Build the website, or serve it.")
def site() -> None:
    """Build the website from the history, or look at it."""


@site.command("build")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write.  [default: site, beside soundmark.toml]",
)
@click.option(
    "--shell",
    type=click.Choice(list(SHELLS)),
    default=DEFAULT,
    show_default=True,
    help="Frame of the pages: MkDocs' theme Material with the project's documentation, or a plain "
    "frame without either.",
)
@executor_option
@workspace_options
def build_command(workspace: Workspace, out: Path | None, shell: str) -> None:
    """Turn the history into a static site.

    Exit code 3 when it takes up more than site.size_limit: GitHub Pages would not publish it.
    """
    from site_gen.shell.build import build
    from site_gen.writers import weight

    limit_bytes = workspace.loaded.size_limit_bytes
    built = build(workspace, out or workspace.root / OUT, _say, shell)
    weighed = weight.of(built.out)
    say(
        f"{numbers.counted(built.pages, 'page')} and {numbers.counted(built.files, 'file')} are in "
        f"{_shown(built.out)}: {weight.told(weighed, limit_bytes)}"
    )
    if warning := weight.warning(weighed, limit_bytes):
        say(warning)  # with the line above, in the summary of a job
    weight.refuse_over(weighed, limit_bytes)


@site.command("pages", short_help="Put the pages into your documentation.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder below the docs of the project, such as docs/benchmarks.",
)
@workspace_options
def pages_command(workspace: Workspace, into: Path) -> None:
    """Put the pages into the documentation of your own MkDocs project.

    Prints the lines that its mkdocs.yml needs. What else is in the folder is removed.
    """
    from site_gen.shell.mounting import put

    done = put(workspace, into, _say)
    _say(
        f"{numbers.counted(done.pages, 'page')} are in {_shown(into)}; "
        f"{numbers.counted(done.written, 'file')} had to be written. For mkdocs.yml:"
    )
    click.echo(done.navigation)


@site.command("serve")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to serve.  [default: site, beside soundmark.toml]",
)
@workspace_options
def serve_command(workspace: Workspace, port: int, out: Path | None) -> None:
    """Serve a built site on this computer only."""
    from site_gen.cli.serve import serve

    serve(out or workspace.root / OUT, port, _say)


@click.command(short_help="Build a site from a simulated year.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("soundmark-demo"),
    show_default=True,
    help="Folder to write.",
)
@click.option(
    "--nights", default=120, show_default=True, type=click.IntRange(2, 2000), help="Commits."
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def demo(out: Path, nights: int, debug: bool) -> None:  # noqa: FBT001, ARG001 - click's way
    """Build a site from a simulated year, to see what one looks like."""
    from site_gen.demo.demo import build_demo

    built = build_demo(out, nights, _say)
    say(
        f"{built.pages} pages of simulated numbers are in {_shown(built.out)}\n"
        f"Look at them with: soundmark site serve --out {_shown(built.out)}"
    )


def _say(words: str) -> None:
    say(words, err=True)


def _shown(path: Path) -> str:
    """The path as short as it can be typed from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)

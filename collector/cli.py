"""The commands `collect`, `suites`, `doctor` and `init`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from history.options import workspace_options

if TYPE_CHECKING:
    from history.workspace import Workspace

PROFILES = ("quick", "nightly")


@click.command()
@click.argument("suite", nargs=-1)
@click.option(
    "--profile",
    type=click.Choice(PROFILES),
    default="quick",
    show_default=True,
    help="How much is measured.",
)
@click.option(
    "--only", multiple=True, metavar="GLOB", help="Benchmarks to measure; may be repeated."
)
@click.option("--shard", metavar="K/N", default="1/1", help="Share K of N of the work list.")
@click.option("--timeout", type=float, metavar="SECONDS", help="Longest a benchmark may be silent.")
@workspace_options
def collect(
    workspace: Workspace,
    suite: tuple[str, ...],
    profile: str,
    only: tuple[str, ...],
    shard: str,
    timeout: float | None,
) -> None:
    """Measure suites on this machine and append the results."""
    from collector.command import run_collect

    raise SystemExit(run_collect(workspace, suite, profile, only, shard, timeout))

"""The command ``bench``: start the measurement that a comment asks for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from history.cli.options import workspace_options

if TYPE_CHECKING:
    from history.project.workspace import Workspace


@click.command(short_help="Start the measurement that a `/bench` comment asks for.")
@click.option(
    "--workflow",
    metavar="FILE",
    default="soundmark-pull-request.yml",
    show_default=True,
    help="The workflow that measures; it must have `workflow_dispatch`.",
)
@workspace_options
def bench(workspace: Workspace, workflow: str) -> None:
    """Start the measurement that a comment below a pull request asks for.

    For a job of GitHub Actions that `issue_comment` starts. A comment whose first line is `/bench`,
    or `/bench` and a pattern as --only takes it, by somebody who may write to the repository,
    starts the workflow at the head as it is then. A new comment says so, and gets the result.

    The exit code in a job is 0 also where nothing is started; a notice or warning says why.
    """
    from site_gen.forge import job

    asked = job.Job(loaded=workspace.loaded, environ=os.environ, say=click.echo)
    job.run_bench(asked, workflow)

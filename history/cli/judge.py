"""The commands that judge: ``regressions``, ``sla``, ``check`` and ``compare``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from history.cli import completion
from history.cli.options import executor_option, format_option, series_options, workspace_options
from history.report.terminal import say

if TYPE_CHECKING:
    from history.judge.judge import Judgement
    from history.project.workspace import Workspace

_as_of = click.option(
    "--as-of",
    metavar="COMMIT",
    shell_complete=completion.COMMITS,
    help="Judge with only the points at or before this commit.",
)


@click.command(short_help="Show where performance changed.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also improvements, decided and recovered changes.",
)
@click.option("--event", "event_id", metavar="ID", help="Every change of this event.")
@_as_of
@format_option()
@executor_option
@workspace_options
def regressions(
    workspace: Workspace,
    *,
    everything: bool,
    event_id: str | None,
    as_of: str | None,
    format_: str,
) -> None:
    """List open regressions, with the newest level compared with the one before.

    Changes that begin at the same commits on one machine are one event. Events come first, the
    newest on top, then the worst three changes of each; all of them with --all, --event or in the
    formats for programs.

    A suspect has too few points to be certain and asks for a rerun; a confirmed change has three or
    more. Decisions about a change or an event are kept in `triage.toml`.
    """
    from history.cli import events_output, judge_output
    from history.report.wording import judgements

    judged = _judge(workspace, as_of)
    if event_id is None:
        rows = [row for row in judged.regressions if everything or row.is_open_regression]
    else:
        rows = list(events_output.of_id(judged, event_id).changes)
    whole = everything or event_id is not None
    judge_output.print_regressions(judged, rows, format_, whole=whole)
    notes = [judgements.upgrade(judged)]
    notes += judge_output.idle_notes(judged, workspace.config) if as_of is None else []
    for note in filter(None, notes):
        say(note, err=True)


@click.command(short_help="Check the newest points against the targets.")
@_as_of
@click.option(
    "--propose",
    is_flag=True,
    help="Instead: print limits for series without a target, ready for soundmark.toml.",
)
@series_options("With --propose")
@click.option(
    "--false-alarms",
    metavar="SHARE",
    default="1 %",
    show_default=True,
    help="With --propose: how many of the clean runs a limit may have failed.",
)
@format_option()
@workspace_options
def sla(
    workspace: Workspace,
    *,
    as_of: str | None,
    propose: bool,
    only: str,
    metric: str,
    machine: str,
    false_alarms: str,
    format_: str,
) -> None:
    """List for each target whether it is met, its margin, and since when it is not met.

    --propose uses the clean runs of each series: those after its newest change, of a committed
    tree, without a warning. It prints the tightest limit that few enough of them would have failed,
    and their number; at least 20 runs are needed.
    """
    from history.cli import judge_output

    if not propose:
        _refuse_without_propose()
        judge_output.print_sla(_judge(workspace, as_of).sla, format_)
        return
    from history.cli import propose as proposing
    from history.judge.proposals import Asked

    asked = Asked(
        only=only, metric=metric, machine=machine, allowed=proposing.allowed(false_alarms)
    )
    judged = _judge(workspace, as_of)
    proposing.print_proposals(judged, workspace.loaded, asked, format_)


def _refuse_without_propose() -> None:
    """Raises UsageError for options that would have no effect."""
    from history.words.errors import UsageError

    context = click.get_current_context()
    for name in ("only", "metric", "machine", "false_alarms"):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise UsageError(
                f"--{name.replace('_', '-')} is for --propose, which is not given.",
                hint="Add --propose, or leave it out.",
            )


@click.command(short_help="Exit with 1 if anything is worse than allowed.")
@click.argument("revision", metavar="[REV]", default="", shell_complete=completion.COMMITS)
@format_option()
@executor_option
@workspace_options
def check(workspace: Workspace, revision: str, format_: str) -> None:
    """Exit with 1 if a threshold, a target, a benchmark or a confirmed regression fails.

    A result that is invalid or missing fails too, and so does a rule that matches no series. Judges
    the newest points, or those at REV with only the points before it.
    """
    from history.cli import judge_output

    judged = _judge(workspace, revision or None)
    failed = judge_output.print_check(judged, format_)
    for note in judge_output.order_notes(judged, workspace.root):
        say(f"note: {note}", err=True)
    if failed:
        raise click.exceptions.Exit(1)


@click.command(short_help="Compare two commits, runs, machines or variants.")
@click.argument("base", shell_complete=completion.COMMITS)
@click.argument("head", default="", shell_complete=completion.COMMITS)
@click.option(
    "--only",
    metavar="GLOB",
    default="*",
    shell_complete=completion.BENCHMARKS,
    help="Benchmarks: suite.benchmark[params].",
)
@click.option("--metric", metavar="GLOB", default="*", help="Metrics.")
@click.option("--machine", metavar="GLOB", default="*", help="Machines.")
@format_option()
@workspace_options
def compare(
    workspace: Workspace,
    *,
    base: str,
    head: str,
    only: str,
    metric: str,
    machine: str,
    format_: str,
) -> None:
    """Compare BASE with HEAD: ratio of medians, effect, and a test corrected for their number.

    Each is a commit, tag or branch, `run:ID`, `machine:NAME` or `variant:runtime=torch`. Without
    HEAD it is the newest commit that was measured. Benchmarks that only one side has are named.
    """
    from history.cli import compare_output
    from history.compare import two_sides
    from history.compare.select import Filter

    wanted, finder = Filter(only, metric, machine), workspace.config.detection.detector
    with workspace.judging() as connection:
        found = two_sides.compare_sides(
            connection, workspace.root, base, head, wanted, detector_name=finder
        )
    compare_output.print_comparison(found, format_)


def _judge(workspace: Workspace, as_of: str | None) -> Judgement:
    from history.judge import judge
    from history.read import view

    with workspace.judging() as connection:
        known = view.read(connection, as_of=as_of, root=workspace.root)
        return judge.judge(connection, workspace.loaded, known)

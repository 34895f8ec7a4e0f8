"""The commands that share a record: ``history push`` and ``history pull``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from history.cli.options import need_ledger, workspace_options
from history.report.terminal import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from history.project.workspace import Workspace
    from history.store.ledger import Damaged
    from history.store.transport.shared import SharedRecord

_BRANCH: Final = "soundmark-history"


def _branch_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--branch", default=_BRANCH, show_default=True, help="Branch that holds the record."
    )(command)


@click.command(short_help="Append run files to a shared record.")
@click.argument("remote")
@_branch_option
@click.option(
    "--remove", metavar="FILE", default="", help="Remove this run file from the record instead."
)
@click.option("--reason", default="", help="Why it is removed; stored on the record.")
@workspace_options
def push(workspace: Workspace, remote: str, branch: str, remove: str, reason: str) -> None:
    """Append the run files of the ledger to a record that others append to as well.

    REMOTE is a git remote (an address, a folder, or the name of one here), or a bucket, server or
    folder as fsspec writes it (s3://bucket/record, sftp://host/record, file:///disk/record). Each
    file is checked; valid ones are appended, the others are named and the exit code is 3.
    Concurrent pushes lose nothing. Files may lie any number of folders below --ledger.
    """
    from history.report.wording import numbers
    from history.words.errors import UsageError

    if bool(remove) != bool(reason.strip()):
        raise UsageError("expected --remove and --reason together, or neither.")
    record = _record(remote, branch)
    if remove:
        record.remove(remove, reason.strip())
        say(f"removed {remove}")
        return
    need_ledger(workspace)
    done = record.push(workspace.ledger)
    for name in done.added:
        say(f"added {name}")
    say(
        f"{numbers.counted(len(done.added), 'run file')} appended to {record.name}, "
        f"{done.known} there already"
    )
    if done.replaced:
        say(
            f"{numbers.counted(len(done.replaced), 'run file')} of {record.name} replaced by what "
            "holds the same runs"
        )
    _say_left_out(done.left_out)
    _refuse(done.refused, "everything else is on the record")


@click.command(short_help="Copy run files from a shared record.")
@click.argument("remote")
@_branch_option
@workspace_options
def pull(workspace: Workspace, remote: str, branch: str) -> None:
    """Copy the run files of a record into the ledger, and refuse a record that lost any.

    REMOTE is a git remote (an address, a folder, or the name of one here), or a bucket, server or
    folder as fsspec writes it (s3://bucket/record, sftp://host/record, file:///disk/record). A
    branch that was rewritten, or from which a run file is missing or changed, is refused as a whole
    (exit code 3); so is any other record with a missing or changed entry. Files that are not
    entries of the record are left out and named.
    """
    from history.report.wording import numbers

    record = _record(remote, branch)
    done = record.pull(workspace.ledger, workspace.cache)
    say(
        f"{numbers.counted(len(done.added), 'run file')} copied from {record.name}, "
        f"{done.known} there already"
    )
    if done.replaced:
        say(
            f"{numbers.counted(len(done.replaced), 'run file')} of the ledger replaced by what "
            "holds the same runs"
        )
    for name in done.complete:
        say(f"note: {name} stays: the record has thinned it", err=True)
    _say_left_out(done.left_out)
    _refuse(done.broken, "everything else was copied")


def _record(remote: str, branch: str) -> SharedRecord:
    from history.store.transport import shared
    from history.words.errors import UsageError

    record = shared.at(remote, branch, Path.cwd())
    source = click.get_current_context().get_parameter_source("branch")
    if not record.has_branches and source is not click.core.ParameterSource.DEFAULT:
        raise UsageError(
            f"--branch: {record.name} has no branches, since it is no git remote.",
            hint="Leave it out, and name a folder of its own for each record.",
        )
    return record


def _say_left_out(bad: Sequence[Damaged]) -> None:
    for one in bad:
        say(f"left out: {one}", err=True)


def _refuse(bad: Sequence[Damaged], but: str) -> None:
    from history.words.errors import BrokenDataError

    if bad:
        raise BrokenDataError(
            "; ".join(map(str, bad)) + f"; {but}.",
            hint="Mend or remove the named files.",
        )

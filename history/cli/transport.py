"""The commands that share a record: ``history push`` and ``history pull``."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from history.cli.options import need_ledger, workspace_options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from history.project.workspace import Workspace
    from history.store.ledger import Damaged

_BRANCH: Final = "soundmark-history"


def _branch_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--branch", default=_BRANCH, show_default=True, help="Branch that holds the record."
    )(command)


@click.command()
@click.argument("remote")
@_branch_option
@click.option("--remove", metavar="FILE", default="", help="Take this run file off instead.")
@click.option("--reason", default="", help="Why it is taken off; kept on the branch.")
@workspace_options
def push(workspace: Workspace, remote: str, branch: str, remove: str, reason: str) -> None:
    """Append the run files of the ledger to a record that others append to as well.

    REMOTE is a git remote: an address, a folder, or the name of one here. Each file is looked at
    alone; the good ones are appended, the others are named and the exit code is 3. Whoever else
    pushes at the same time loses nothing. Files may lie any number of folders below --ledger.
    """
    from history.report.wording import numbers
    from history.store.transport import push as transport
    from history.store.transport.branch import address, check_name
    from history.words.errors import UsageError

    if bool(remove) != bool(reason.strip()):
        raise UsageError("expected --remove and --reason together, or neither.")
    check_name(branch)
    remote = address(remote, Path.cwd())
    if remove:
        transport.remove(remote, branch, remove, reason.strip())
        click.echo(f"removed {remove}")
        return
    need_ledger(workspace)
    done = transport.push(workspace.ledger, remote, branch)
    for name in done.added:
        click.echo(f"added {name}")
    click.echo(
        f"{numbers.counted(len(done.added), 'run file')} appended to {branch}, "
        f"{done.known} there already"
    )
    if done.replaced:
        click.echo(
            f"{numbers.counted(len(done.replaced), 'run file')} of {branch} replaced by what "
            "holds the same runs"
        )
    _say_left_out(done.left_out)
    _refuse(done.refused, "everything else is on the record")


@click.command()
@click.argument("remote")
@_branch_option
@workspace_options
def pull(workspace: Workspace, remote: str, branch: str) -> None:
    """Copy the run files of a record into the ledger, and refuse a record that lost any.

    REMOTE is a git remote: an address, a folder, or the name of one here. A branch that was
    rewritten, or on which a run file is gone or changed, is refused as a whole (exit code 3). What
    lies on the branch and was never taken onto the record is left out and named.
    """
    from history.report.wording import numbers
    from history.store.transport import pull as transport
    from history.store.transport.branch import address, check_name

    check_name(branch)
    remote = address(remote, Path.cwd())
    known_as = sha256(f"{remote} {branch}".encode()).hexdigest()[:16]
    repository = workspace.cache / f"record-{known_as}.git"
    done = transport.pull(workspace.ledger, remote, branch, repository)
    click.echo(
        f"{numbers.counted(len(done.added), 'run file')} copied from {branch}, "
        f"{done.known} there already"
    )
    if done.replaced:
        click.echo(
            f"{numbers.counted(len(done.replaced), 'run file')} of the ledger replaced by what "
            "holds the same runs"
        )
    for name in done.complete:
        click.echo(f"note: {name} stays: the record has thinned it", err=True)
    _say_left_out(done.left_out)
    _refuse(done.broken, "everything else was copied")


def _say_left_out(bad: Sequence[Damaged]) -> None:
    for one in bad:
        click.echo(f"left out: {one}", err=True)


def _refuse(bad: Sequence[Damaged], but: str) -> None:
    from history.words.errors import BrokenDataError

    if bad:
        raise BrokenDataError(
            "; ".join(map(str, bad)) + f"; {but}.",
            hint="Mend or remove the named files.",
        )

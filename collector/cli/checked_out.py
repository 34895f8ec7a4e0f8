"""Check out other commits for a command that measures them, and plan what each one measures."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import msgspec

from collector.cli.collect import works_planned_by
from collector.execution.checkouts import Checkout
from collector.planning import plan
from history.project import config as configuration
from history.report.terminal import say
from history.vcs import worktrees

if TYPE_CHECKING:
    from collector.cli.collect import Request
    from collector.planning.plan import SuiteWork
    from history.project.workspace import Workspace
    from history.vcs.worktrees import Worktrees
    from history.words.records import Commit


def checkout_of(workspace: Workspace, trees: Worktrees, commit: Commit, name: str) -> Checkout:
    """A checkout of the commit.

    One with uncommitted changes is measured where it is, in the working tree.
    """
    top = worktrees.top(workspace.root)
    inside = workspace.root.resolve().relative_to(top.resolve())
    room = trees.folder / f"{name}-room"
    if commit.dirty:
        return Checkout(name, commit, top, workspace.root, room, is_working_tree=True)
    tree = trees.check_out(commit, name)
    folder = tree.folder / inside
    folder.mkdir(parents=True, exist_ok=True)
    return Checkout(name, commit, tree.folder, folder, room, remarks=tree.remarks)


def remove(trees: Worktrees, checkout: Checkout) -> None:
    """Remove a checkout with its environments and caches, so that the next may take its name."""
    trees.remove(checkout.top)
    shutil.rmtree(checkout.room, ignore_errors=True)


def works_of_commit(
    workspace: Workspace, request: Request, checkout: Checkout
) -> tuple[SuiteWork, ...]:
    """What the commit's own configuration plans; nothing where it has none.

    Of a shard only its share: each benchmark falls to the same share as in the workspace.
    """
    file = checkout.folder / configuration.FILE_NAME
    if not file.is_file():
        return ()
    shard = plan.parse_shard(request.shard)
    whole = msgspec.structs.replace(request, shard="1/1")
    own = works_planned_by(configuration.load(file), whole, checkout.folder)
    if shard.of == 1:
        return own
    here = works_planned_by(workspace.loaded, whole, workspace.root)
    return plan.share_beside(own, here, shard, request.seconds)


def sweep(workspace: Workspace) -> None:
    """Remove checkouts that a killed run left behind, and report it."""
    left = worktrees.sweep(workspace.root)
    if left:
        say(f"Removed {len(left)} checkouts that a killed run had left.", err=True)

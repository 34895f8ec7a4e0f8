"""Judge a whole history for a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from history.judge.judge import Judgement
    from history.project.workspace import Workspace


def judged(workspace: Workspace) -> Judgement:
    """The history of a workspace, judged as its configuration says."""
    from history.judge import judge
    from history.read import view

    with workspace.judging() as connection:
        known = view.read(connection, root=workspace.root)
        return judge.judge(connection, workspace.loaded, known)

"""Build the pages for another MkDocs project, and write them into its documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from site_gen.shell import mkdocs
from site_gen.shell.build import build
from site_gen.shell.navigation import Entry
from site_gen.shell.our_folder import MARKER, refuse_foreign
from site_gen.shell.registry import MOUNTED
from site_gen.writers.mount import mount, snippet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from history.project.workspace import Workspace


class Mounted(NamedTuple):
    """What was put there."""

    pages: int
    written: int
    """Files that were new or different."""
    navigation: str
    """Lines for the project's ``mkdocs.yml``."""


class _Marker(msgspec.Struct):
    """What is read of the file that marks a site."""

    navigation: tuple[Entry, ...]


def put(workspace: Workspace, into: Path, say: Callable[[str], None]) -> Mounted:
    """Make a folder hold all pages as Markdown, and their files; raises what ``build`` raises."""
    refuse_foreign(into)
    made = build(workspace, workspace.cache / "mounted", say, MOUNTED)
    written = mount(made.out, into)
    places = msgspec.json.decode((made.out / MARKER).read_bytes(), type=_Marker).navigation
    return Mounted(made.pages, written, snippet(places, mkdocs.below_docs(into)))

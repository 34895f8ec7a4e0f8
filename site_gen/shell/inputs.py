"""Hash all inputs of a site: while the hash is unchanged, nothing has to be built again."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from history.detect import detector
from history.detect.registry import DETECTORS
from history.judge.answers import rules_of
from history.project import profiles
from history.store import contents
from history.vcs import git
from history.words.metrics import registry
from site_gen.pages.registry import KINDS
from site_gen.writers.kept import digest, of_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from history.project.workspace import Workspace
    from site_gen.shell.interface import Shell
    from site_gen.shell.own_theme import OwnTheme


def name(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, shell: Shell, theme: OwnTheme
) -> str:
    """Hash of program, packages, configuration, decisions, documentation and history.

    These are all inputs, since no page depends on the time of the build.
    """
    loaded = workspace.loaded
    words = (
        of_program(),
        sys.version,
        *_packages(),
        repr(sorted(registry().items())),
        rules_of(detector(loaded.values.detection.detector)),
        *_foreign(),
        repr(loaded.values),
        workspace.root.name,
        *map(_text, (workspace.root / one for one in _decided(workspace))),
        type(shell).__name__,
        shell.made_of,
        theme.made_of,
        git.knowledge(workspace.root),
        contents.name(connection),
        *map(_text, profiles.indexes(workspace.history_file)),
    )
    return digest(*(word.encode("utf-8", "surrogatepass") for word in words))


def _decided(workspace: Workspace) -> tuple[str, str, str]:
    """The files with decisions, beside the configuration."""
    values = workspace.loaded.values
    return values.annotations, values.triage, values.exclusions


def _text(file: Path) -> str:
    return file.read_text("utf-8", "surrogateescape") if file.is_file() else ""


def _foreign() -> Iterator[str]:
    """The modules of other packages that judge and list pages, which change without a version."""
    for kinds in (DETECTORS, KINDS):
        for name in kinds.names():
            if name not in kinds.built_in:
                module = kinds.target(name).partition(":")[0]
                found = find_spec(module)
                source = found.origin if found is not None else None
                yield f"{name} {module} {_text(Path(source)) if source else ''}"


def _packages() -> Iterator[str]:
    """Names and versions of all installed packages, since any of them may change a page."""
    for folder in map(Path, dict.fromkeys(sys.path)):
        if folder.is_dir():
            yield from sorted(one.name for one in folder.glob("*.dist-info"))

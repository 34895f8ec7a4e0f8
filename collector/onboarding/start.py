"""`soundmark init`: inspect the repository and write the files it lacks."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from collector.onboarding import action, configuration, installed, source, workflows
from collector.onboarding.action import Action
from collector.onboarding.configuration import Lacks
from collector.onboarding.detect import detect
from collector.onboarding.findings import Bench, Findings
from collector.onboarding.writing import Settled, Wanted, settle
from history.project.config import FILE_NAME, load
from history.vcs import commits, worktrees
from history.words.errors import UsageError

IGNORED: Final = (".soundmark/", "site/")


class Request(NamedTuple):
    """The options of the command line."""

    github: bool = False
    gitlab: bool = False
    source: str = ""
    """``--from``: where workflows install this program from; empty: where it came from itself."""
    overwrite: bool = False


class Waiting(NamedTuple):
    """A suite that cannot run yet: a comment in a new configuration, not in an existing one."""

    suite: str
    why: str
    """``needs cargo (install Rust)``, ``fill in the module``."""


class Begun(NamedTuple):
    """The findings, and what was done with each file."""

    findings: Findings
    files: tuple[Settled, ...]
    to_ignore: tuple[str, ...]
    """Lines to add by hand to a ``.gitignore`` that git tracks."""
    is_pinned: bool = True
    """Whether the version that workflows install is pinned."""
    action: Action | None = None
    """The action that GitHub workflows use; None without such workflows."""
    waiting: tuple[Waiting, ...] = ()
    """Benchmarks that were found and cannot be measured yet."""


def begin(folder: Path, request: Request) -> Begun:
    """Inspect the folder and write ``soundmark.toml``, ``.gitignore`` and requested workflows.

    Raises ConfigError when the configuration that is there has a mistake in it, and UsageError
    when workflows are asked for where they could not run; nothing is written then.
    """
    findings = detect(folder)
    lacks = cache(partial(installed.lacking, folder=folder))
    config = _configured(folder, findings, lacks)
    ignore, to_ignore = _ignored(folder)
    wanted = [config, *ignore]
    requirement = ""
    by: Action | None = None
    if request.github or request.gitlab:
        _refuse_below(folder)
        requirement = source.requirement(request.source)
        used = [str(table.get("use", "")) for table in _tables(config.text)]
        extras = workflows.extras_of(used)
        if request.github:
            by = action.of(requirement)
            wanted += workflows.github(by, findings, extras)
        if request.gitlab:
            wanted += workflows.gitlab(folder, findings, requirement, extras)
    settled = settle(folder, wanted, overwrite=request.overwrite)
    is_by_commit = by is not None and not by.source and not request.gitlab
    is_pinned = not requirement or is_by_commit or source.names_version(requirement)
    return Begun(findings, settled, to_ignore, is_pinned, by, _waiting(findings, config, lacks))


def _refuse_below(folder: Path) -> None:
    """Raise UsageError inside a repository: CI services read files at its top alone."""
    top = worktrees.top_of(folder)
    if top is not None and top != folder.resolve():
        raise UsageError(
            f"workflows are read at the top of the repository alone, and this folder is below it:"
            f" {folder.resolve().relative_to(top)}.",
            hint="Run it at the top; suites below say `cwd`.",
        )


def _configured(folder: Path, findings: Findings, lacks: Lacks) -> Wanted:
    """The configuration: a new one, or the existing one with the suites it lacks."""
    file = folder / FILE_NAME
    if not file.exists():
        remote = commits.remote_url(folder)
        text = configuration.text(folder.resolve().name, remote, findings, lacks)
        return Wanted(FILE_NAME, text)
    load(file)  # raises when it is invalid
    have = file.read_text(encoding="utf-8")
    tables = _tables(have)
    new = [bench for bench in findings.benches if not _is_measured(bench, tables)]
    runs = [bench for bench in new if not bench.doubt and not lacks(bench.needs)]
    added = "".join(f"\n# Found in {bench.file}.\n{configuration.suite(bench)}" for bench in runs)
    return Wanted(FILE_NAME, have.rstrip("\n") + "\n" + added if added else have)


def _waiting(findings: Findings, config: Wanted, lacks: Lacks) -> tuple[Waiting, ...]:
    tables = _tables(config.text)
    return tuple(
        Waiting(bench.name, configuration.why_not_yet(bench, lacks))
        for bench in findings.benches
        if not _is_measured(bench, tables)
    )


def _tables(text: str) -> list[dict[str, Any]]:
    """The ``[[suite]]`` tables of a configuration."""
    found: list[dict[str, Any]] = tomllib.loads(text).get("suite", [])
    return found


def _is_measured(bench: Bench, tables: Sequence[dict[str, Any]]) -> bool:
    """Whether a table has its name, runs the same, or reads the same format in its folder."""
    for table in tables:
        same_place = table.get("cwd", ".") == bench.folder
        if table.get("name") == bench.name or (same_place and table.get("run") == bench.run):
            return True
        if bench.reads and same_place and bench.reads in _formats(table.get("reads")):
            return True
    return False


def _formats(reads: object) -> set[str]:
    if isinstance(reads, list):
        return set().union(*map(_formats, reads))
    return {str(reads.get("format", "")) if isinstance(reads, dict) else str(reads)}


def _ignored(folder: Path) -> tuple[list[Wanted], tuple[str, ...]]:
    """Add soundmark's files to ``.gitignore``, in a git repository only.

    A ``.gitignore`` that git tracks is not edited: every run would be one of a changed tree.
    """
    if not (folder / ".git").exists():
        return [], ()
    path = folder / ".gitignore"
    have = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    present = {line.strip().strip("/") for line in have.splitlines()}
    lacking = tuple(name for name in IGNORED if name.strip("/") not in present)
    if not lacking:
        return [], ()
    if have and commits.is_tracked(folder, ".gitignore"):
        return [], lacking
    before = have if not have or have.endswith("\n") else have + "\n"
    return [Wanted(".gitignore", before + "\n".join(lacking) + "\n", adds=True)], ()

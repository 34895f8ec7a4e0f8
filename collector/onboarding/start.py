"""What `soundmark init` does: look at the repository, and write what it lacks."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from collector.onboarding import configuration, installed
from collector.onboarding.detect import detect
from collector.onboarding.findings import Bench, Findings
from collector.onboarding.writing import Settled, Wanted, settle
from history.project.config import FILE_NAME, load
from history.vcs import commits

IGNORED: Final = (".soundmark/", "site/")


class Begun(NamedTuple):
    """What was found, and what became of each file."""

    findings: Findings
    files: tuple[Settled, ...]
    to_ignore: tuple[str, ...]
    """Lines for the ``.gitignore`` that git keeps, which is left to a person."""


def begin(folder: Path, *, more: Sequence[Wanted] = (), overwrite: bool = False) -> Begun:
    """Look at the folder and write ``soundmark.toml``, ``.gitignore`` and ``more``.

    Raises ConfigError when the configuration that is there has a mistake in it.
    """
    findings = detect(folder)
    ignore, to_ignore = _ignored(folder)
    wanted = [_configured(folder, findings), *ignore, *more]
    return Begun(findings, settle(folder, wanted, overwrite=overwrite), to_ignore)


def _configured(folder: Path, findings: Findings) -> Wanted:
    """The configuration: a new one, or the one that is there with the suites it lacks."""
    lacks = partial(installed.lacking, folder=folder)
    file = folder / FILE_NAME
    if not file.exists():
        remote = commits.remote_url(folder)
        text = configuration.text(folder.resolve().name, remote, findings, lacks)
        return Wanted(FILE_NAME, text)
    load(file)  # says what is wrong with it
    have = file.read_text(encoding="utf-8")
    new = [bench for bench in findings.benches if not _is_measured(bench, have)]
    runs = [bench for bench in new if not bench.doubt and not lacks(bench.needs)]
    added = "".join(f"\n# Found in {bench.file}.\n{configuration.suite(bench)}" for bench in runs)
    return Wanted(FILE_NAME, have.rstrip("\n") + "\n" + added if added else have)


def _is_measured(bench: Bench, text: str) -> bool:
    """Whether a table has its name, runs the same, or reads the same format in its folder."""
    tables: list[dict[str, Any]] = tomllib.loads(text).get("suite", [])
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
    """Keep what soundmark makes out of git; only where git is used at all.

    A ``.gitignore`` that git keeps is not edited: every run would be one of a changed tree.
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

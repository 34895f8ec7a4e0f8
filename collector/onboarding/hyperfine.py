"""Programs that a script measures with hyperfine."""

from __future__ import annotations

import re
import shlex
from typing import Final

from collector.onboarding.findings import Bench, Need
from collector.onboarding.tree import Tree

_FILES: Final = r"Makefile|makefile|GNUmakefile|[Jj]ustfile|.*\.(?:sh|bash|mk)"
_LINE: Final = re.compile(r"^[ \t@-]*(hyperfine[ \t](?:.*\\\n)*.*)$", re.MULTILINE)
_EXPORTS: Final = ("--export-json", "--export-csv", "--export-markdown", "--export-asciidoc")
_NEED: Final = Need("program", "hyperfine", "install hyperfine")


def look(tree: Tree) -> list[Bench]:
    """A suite for the first command of each script, without what it wrote for itself."""
    found = []
    for file in tree.named(_FILES):
        match = _LINE.search(tree.text(file))
        if match:
            found.append(_bench(file, match.group(1).replace("\\\n", " ")))
    return found


def _bench(file: str, line: str) -> Bench:
    words, doubt = _words(line)
    run = shlex.join([*words, "--export-json"]) + " {scratch}/out.json"
    return Bench(
        "hyperfine", file, "programs", ".", "", run=run,
        reads="hyperfine", path="{scratch}/out.json", needs=(_NEED,), doubt=doubt,
    )  # fmt: skip


def _words(line: str) -> tuple[list[str], str]:
    """The words of the command, and what a shell would have to expand in it."""
    try:
        words = shlex.split(line)
    except ValueError:
        return ["hyperfine", "..."], "the command, which could not be read"
    kept: list[str] = []
    skip = False
    for word in words:
        if skip or word in _EXPORTS:
            skip = not skip
        elif not word.startswith(tuple(f"{name}=" for name in _EXPORTS)):
            kept.append(word)
    shell = any(re.search(r"[$`{}]|^(?:[|<>;&]|\d>)", word) for word in kept)
    return kept, "what the shell filled in" if shell else ""

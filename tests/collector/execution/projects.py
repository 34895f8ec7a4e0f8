"""A project under git with a small program that says how long it took, so that tests need no clock.

The program of a commit prints the number in `value`; what is judged of it is `forward_time`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from soundmark import main
from tests.history.vcs.repositories import Repository, made

TABLE = """
[[suite]]
use = "command"
name = "cli"
benchmark = "decode"
run = "sh tool.sh"
warmup = 0
process = false
reads = { format = "regex", pattern = "took (?P<forward_time>[0-9.]+)" }
"""
TOOL = 'echo "took $(cat value)"\n'
IGNORED = ".soundmark/\nbuilt\n"
SKIPPED_IDENTICAL = "identical program"


class Project(Repository):
    """The repository, and what the command says in it."""

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, list(words))

    def duet(self, *words: str) -> Result:
        return self.run("collect", "--against", "HEAD~1", *words)

    def shown(self) -> dict[str, Any]:
        """The newest run, with its points or lines."""
        (newest, *_) = json.loads(self.run("history", "list", "--format", "json").stdout)
        shown = json.loads(self.run("history", "show", newest["run_id"], "--format", "json").stdout)
        (found,) = (one for one in shown if one["run_id"] == newest["run_id"])
        return dict(found)

    def line(self, metric: str = "forward_time", benchmark: str = "decode") -> dict[str, Any]:
        """One line of the newest duet."""
        (found,) = (
            one
            for one in self.shown()["points"]
            if (one["metric"], one["benchmark"]) == (metric, benchmark)
        )
        return dict(found)


def project(path: Path, table: str = TABLE, **files: str) -> Project:
    """A repository with one commit, at which the work takes 0.1 s."""
    repository = Project(made(path).path)
    repository.write(".gitignore", IGNORED)
    repository.write("soundmark.toml", table)
    repository.write("tool.sh", TOOL)
    repository.write("value", "0.100\n")
    repository.commit("first", **files)
    return repository

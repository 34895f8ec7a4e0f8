"""Find the build systems and benchmarks of a repository. Reads files, runs nothing."""

from __future__ import annotations

from pathlib import Path

from collector.onboarding import cpp, hyperfine, node, python, rust
from collector.onboarding.findings import Bench, Findings
from collector.onboarding.tree import Tree


def detect(folder: Path) -> Findings:
    """The findings in the folder and below; suite names are unique."""
    tree = Tree(folder)
    systems, benches = [], []
    for language in (rust, cpp, python, node):
        more, measured = language.look(tree)
        systems += more
        benches += measured
    benches += hyperfine.look(tree)
    return Findings(tuple(systems), tuple(_told_apart(benches)), tuple(tree.unread))


def _told_apart(benches: list[Bench]) -> list[Bench]:
    """The same suites, with a number appended to each name that was taken."""
    taken: dict[str, int] = {}
    named = []
    for bench in benches:
        count = taken[bench.name] = taken.get(bench.name, 0) + 1
        named.append(bench if count == 1 else bench._replace(name=f"{bench.name}-{count}"))
    return named

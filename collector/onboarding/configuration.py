"""The first ``soundmark.toml`` of a repository, from what was found in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from collector.onboarding.findings import Bench, Findings, Need, System
from collector.onboarding.scaffold import template
from history.project.config import FILE_NAME

_EXAMPLE: Final = """\
# {reason}, so this is an example: a tiny command
# that runs at once. Put your program in its place.
[[suite]]
use = "command"
name = "example"
{hint}run = "sort soundmark.toml"
# matrix = {{ frames = [100, 400] }}   # {{frames}} in a command stands for each of them
# reads = "lines"                    # when the program prints what it measured itself
"""
_HINTS: Final = {
    "cargo": ("cargo build --release", "target/release/{name}"),
    "cmake": (
        "sh -c 'cmake -S . -B .soundmark/build && cmake --build .soundmark/build'",
        ".soundmark/build/{name}",
    ),
    "python": ("", "python -c 'import {module}'"),
    "node": ("", "npm run --silent start"),
}


Lacks = Callable[[tuple[Need, ...]], tuple[Need, ...]]
"""Returns those of these needs that are not met here."""


def text(folder: str, remote: str, findings: Findings, lacks: Lacks) -> str:
    """The whole file. ``folder`` names the project where no ``remote`` address does."""
    name = remote.rpartition("/")[2] or folder or "project"
    url = pages_url(remote)
    return (
        template(FILE_NAME)
        .replace("@SUITES@", suites(findings, lacks))
        .replace("@URL@", f"url = {_quoted(url)}" if url else '# url = "https://example.org/speed"')
        .replace(
            "@REPOSITORY@",
            f"repository = {_quoted(remote)}"
            if remote
            else '# repository = "https://github.com/you/project"',
        )
        .replace("@PROJECT@", _quoted(name))
    )


def pages_url(remote: str) -> str:
    """Where GitHub publishes the pages of a repository; empty for any other host."""
    parts = urlsplit(remote)
    owner, _, name = parts.path.strip("/").partition("/")
    if parts.hostname != "github.com" or not owner or not name:
        return ""  # GitLab gives most projects a domain that only it knows
    host = f"{owner.lower()}.github.io"
    return f"https://{host}" if name.lower() == host else f"https://{host}/{name}"


def suites(findings: Findings, lacks: Lacks) -> str:
    """A table for each benchmark that was found; tables that cannot run here are comments.

    If none can run, one example that can.
    """
    blocks = []
    runs = 0
    for bench in findings.benches:
        block = suite(bench)
        if why := why_not_yet(bench, lacks):
            blocks.append(f"# Found in {bench.file}; {why}.\n{_commented(block)}")
        else:
            runs += 1
            blocks.append(f"# Found in {bench.file}.\n{block}")
    if not runs:
        blocks.append(_example(findings.systems, is_empty=not findings.benches))
    return "\n".join(blocks).rstrip()


def why_not_yet(bench: Bench, lacks: Lacks) -> str:
    """``needs cargo (install Rust)`` or ``fill in the module``; empty where it can run here."""
    missing = [f"{need.name} ({need.how})" for need in lacks(bench.needs)]
    if missing:
        return f"needs {', '.join(missing)}"
    return f"fill in {bench.doubt}" if bench.doubt else ""


def suite(bench: Bench) -> str:
    """The ``[[suite]]`` table of one finding."""
    lines = ["[[suite]]", 'use = "command"', f"name = {_quoted(bench.name)}"]
    if bench.folder != ".":
        lines.append(f"cwd = {_quoted(bench.folder)}")
    if bench.prepare:
        lines.append("# a pull request is measured with each side installed in a place of its own")
        lines.append(f"prepare = {_quoted(bench.prepare)}")
    if bench.build:
        lines.append(f"build = {_quoted(bench.build)}")
    lines.append(f"run = {_quoted(bench.run)}")
    if bench.reads:
        lines.append(f"reads = {{ format = {_quoted(bench.reads)}, path = {_quoted(bench.path)} }}")
    if bench.implementation:
        lines.append(f"variants = [{{ implementation = {_quoted(bench.implementation)} }}]")
    return "\n".join(lines) + "\n"


def _example(systems: Sequence[System], *, is_empty: bool) -> str:
    seen = f" ({', '.join(system.file for system in systems)})" if systems else ""
    reason = f"Nothing that measures this project was found{seen}"
    if not is_empty:
        reason = "None of the benchmarks that were found can run here yet"
    return _EXAMPLE.format(reason=reason, hint="".join(map(_hint, systems[:2])))


def _hint(system: System) -> str:
    """Commented lines that build and run what this system makes."""
    build, run = _HINTS[system.kind]
    name = system.name or "program"
    lines = [f"build = {_quoted(build)}"] if build else []
    lines.append(f"run = {_quoted(run.format(name=name, module=name.replace('-', '_')))}")
    if system.folder != ".":
        lines.insert(0, f"cwd = {_quoted(system.folder)}")
    return _commented("\n".join(lines) + "\n")


def _commented(block: str) -> str:
    return "".join(f"# {line}\n" for line in block.splitlines())


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

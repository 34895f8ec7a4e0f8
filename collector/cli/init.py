"""What `soundmark init` prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from collector.onboarding import start, workflows
from history.report.terminal import say

if TYPE_CHECKING:
    from collector.onboarding.action import Action
    from collector.onboarding.start import Begun, Request
    from collector.onboarding.writing import Settled

FINE, FINDINGS = 0, 1
_KNOWN: Final = "Cargo.toml, CMakeLists.txt, pyproject.toml, package.json"
_TOOLS: Final = "criterion, Google Benchmark, pytest-benchmark, hyperfine or npm"
_DONE: Final = {
    "wrote": "Wrote {name}.",
    "same": "{name} is as it should be.",
    "extended": "Added to {name}:",
    "replaced": "Wrote over {name}:",
    "kept": "Kept {name}, which differs from what would be written; --overwrite applies this:",
}
_GITHUB: Final = """\
To set up on GitHub: Settings > Pages > Source: GitHub Actions. The branch soundmark-history, which
the first night makes, must be one that the workflow may push to: no rule of protection on it."""
_GITLAB: Final = (
    "To set up on GitLab: a schedule and two tokens; .gitlab/soundmark.yml begins with how."
)


def begin(folder: Path, request: Request) -> int:
    """Write what the project lacks and report it; 1 when a file that differs was kept."""
    begun = start.begin(folder, request)
    _tell_findings(begun)
    for settled in begun.files:
        _tell_file(settled)
    for name, why in begun.waiting:
        say(
            f"Not measured yet: suite {name} {why}. Its table is a comment in a new soundmark.toml;"
            " once that is done, take its # away, or run `soundmark init --overwrite`."
        )
    if begun.to_ignore:
        say(f"Not touched: .gitignore, which git tracks. Add to it: {'  '.join(begun.to_ignore)}")
    if request.github or request.gitlab:
        _tell_service(folder, begun, request)
    say("Next: `soundmark collect --dry-run` shows the plan, `soundmark collect` measures.")
    return FINDINGS if any(settled.done == "kept" for settled in begun.files) else FINE


def _tell_findings(begun: Begun) -> None:
    found = begun.findings
    for system in found.systems:
        say(f"Found {system.kind}: {system.file}.")
    if not found.systems:
        say(f"Found no build system that is known here ({_KNOWN}).")
    for bench in found.benches:
        say(f"Found benchmarks of {bench.kind}: {bench.file}, suite {bench.name}.")
    if not found.benches:
        say(f"Found no benchmarks of {_TOOLS}.")
    for line in found.unread:
        say(f"Warning: not read: {line}", err=True)


def _tell_file(settled: Settled) -> None:
    say(_DONE[settled.done].format(name=settled.name))
    if settled.diff:
        click.echo(settled.diff)


def _tell_service(folder: Path, begun: Begun, request: Request) -> None:
    if not begun.is_pinned:
        say(
            "Warning: --from names no version: every night installs whatever is newest then, and "
            "a new soundmark may look like a change of the project. Add @TAG or @COMMIT.",
            err=True,
        )
    if not begun.findings.systems:
        say("Nothing says how the project is built: fill in what is marked TODO.")
    if begun.action is not None:
        _tell_action(begun.action)
        say(_GITHUB)
    if request.gitlab:
        say(_GITLAB)
        if workflows.lacks_include(folder):
            click.echo(f"Not touched: .gitlab-ci.yml. Add to it:\n{workflows.INCLUDE.rstrip()}")


def _tell_action(action: Action) -> None:
    if action.why_copied:
        say(
            "The workflows install soundmark by a copy of its action, .github/actions/soundmark: "
            f"{action.why_copied}."
        )
    else:
        say(f"The workflows install soundmark by its action: uses: {action.uses}")

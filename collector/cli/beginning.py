"""What `soundmark init` prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from collector.onboarding import workflows
from collector.onboarding.start import begin

if TYPE_CHECKING:
    from collector.onboarding.start import Begun
    from collector.onboarding.writing import Settled

FINE, FINDINGS = 0, 1
_KNOWN: Final = "Cargo.toml, CMakeLists.txt, pyproject.toml, package.json"
_DONE: Final = {
    "wrote": "Wrote {name}.",
    "same": "{name} is as it should be.",
    "extended": "Added to {name}:",
    "replaced": "Wrote over {name}:",
    "kept": "Kept {name}, which differs from what would be written; --overwrite applies this:",
}


def start(folder: Path, *, github: bool, overwrite: bool) -> int:
    """Write what the project lacks and say what was done; 1 when a file that differs was kept."""
    more = workflows.github() if github else ()
    begun = begin(folder, more=more, overwrite=overwrite)
    _tell_findings(begun)
    for settled in begun.files:
        _tell_file(settled)
    if begun.to_ignore:
        click.echo(
            f"Not touched: .gitignore, which git keeps. Add to it: {'  '.join(begun.to_ignore)}"
        )
    click.echo("Next: `soundmark collect --dry-run` shows the plan, `soundmark collect` measures.")
    return FINDINGS if any(settled.done == "kept" for settled in begun.files) else FINE


def _tell_findings(begun: Begun) -> None:
    found = begun.findings
    for system in found.systems:
        click.echo(f"Found {system.kind}: {system.file}.")
    if not found.systems:
        click.echo(f"Found no build system that is known here ({_KNOWN}).")
    for bench in found.benches:
        click.echo(f"Found benchmarks of {bench.kind}: {bench.file}, suite {bench.name}.")
    if not found.benches:
        click.echo(
            "Found no benchmarks of criterion, Google Benchmark, pytest-benchmark, hyperfine"
            " or npm."
        )
    for line in found.unread:
        click.echo(f"Warning: not looked at: {line}", err=True)


def _tell_file(settled: Settled) -> None:
    click.echo(_DONE[settled.done].format(name=settled.name))
    if settled.diff:
        click.echo(settled.diff)

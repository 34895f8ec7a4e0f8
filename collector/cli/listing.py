"""What `soundmark suites` prints."""

from __future__ import annotations

import json
from contextlib import chdir
from typing import TYPE_CHECKING

import click

from collector.cli import catalogue
from history.project.config import suite_tables
from history.report.output import visible
from history.report.terminal import say

if TYPE_CHECKING:
    from collector.cli.catalogue import Entry
    from history.project.workspace import Workspace


def list_suites(workspace: Workspace, profile: str, *, json_: bool) -> None:
    """All suites with the options of the configuration."""
    with chdir(workspace.root):  # where a table's paths start
        found = catalogue.entries(suite_tables(workspace.loaded), profile)
    if json_:
        import orjson

        documents = [entry.document() for entry in found]
        click.echo(orjson.dumps(documents, option=orjson.OPT_INDENT_2).decode())
        return
    lines = [line for entry in catalogue.own_first(found) for line in _describe(entry)]
    say("\n".join(lines))


def _describe(entry: Entry) -> list[str]:
    state = "can run here" if entry.runs else "cannot run here"
    place = f", {visible(entry.table)}" if entry.table else ""
    lines = [f"{entry.name}: {visible(entry.summary) or 'not importable'} ({state}{place})"]
    if entry.problem:
        lines.append(f"  {visible(entry.problem)}")
    if entry.plan is None:
        return [*lines, ""]
    grouped: dict[tuple[str, str], list[str]] = {}
    for case in entry.plan.cases:
        params = ",".join(f"{key}={value}" for key, value in case.params.items())
        key = (case.benchmark, ", ".join(case.metrics))
        variant = " ".join(value for _, value in case.variant.pairs())
        grouped.setdefault(key, []).append(f"[{params}] {variant}" if params else variant)
    for (benchmark, metrics), places in grouped.items():
        lines.append(f"  {entry.name}.{benchmark}: {metrics}")
        lines += [f"    {visible(place)}" for place in places]
    for absence in entry.plan.absences:
        variant = absence.case.variant.text()
        lines.append(f"  skipped: {absence.case.benchmark} {variant}: {absence.outcome.reason}")
    if entry.options:
        said = {key: _toml(value) for key, value in entry.options.items()}
        options = ", ".join(f"{key} = {value}" for key, value in said.items() if value)
        lines.append(f"  options: {visible(options)}")
        unset = ", ".join(key for key, value in said.items() if not value)
        lines += [f"  not set: {unset}"] if unset else []
    return [*lines, ""]


def _toml(value: object) -> str:
    """The value as TOML; empty for a value that is not set."""
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {_toml(one)}" for key, one in value.items() if _toml(one))
        return f"{{ {inner} }}" if inner else ""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]" if value else ""
    return "" if value in {None, ""} else json.dumps(value, ensure_ascii=False)

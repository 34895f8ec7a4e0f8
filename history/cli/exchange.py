"""The commands that exchange results with other tools: ``import`` and ``export``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from history.cli import completion
from history.cli.options import series_options, workspace_options
from history.report.terminal import say, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.formats.follow import Followed
    from history.formats.interface import Context, Importable
    from history.formats.recognition import Found
    from history.formats.take_in import FileResult
    from history.project.workspace import Workspace


@click.command("import", short_help="Import other tools' results into the history.")
@click.argument("words", metavar="[FORMAT] PATH...", nargs=-1, shell_complete=completion.IMPORTS)
@click.option("--list", "is_list", is_flag=True, help="Show every format, and what it brings.")
@click.option("--suite", default="", help="Suite of results that name none.")
@click.option("--machine", default="", help="Machine of results that name none.")
@click.option("--commit", default="", help="Commit of results that name none.")
@click.option("--project", default="", help="Project the results belong to.")
@click.option(
    "--unit",
    "units",
    metavar="[MEASURE=]UNIT",
    multiple=True,
    help="Unit of a measure, or of all, where the format states none.",
)
@click.option(
    "--direction",
    "directions",
    metavar="[MEASURE=]WAY",
    multiple=True,
    help="Which way is better, lower or higher, where the file does not say.",
)
@click.option(
    "--map",
    "map_",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="CSV of commits that have new names: old,new.",
)
@click.option(
    "--follow", is_flag=True, help="Read only files that are new or changed since they were taken."
)
@workspace_options
def import_(  # noqa: PLR0913 - one for each option
    *,
    workspace: Workspace,
    words: tuple[str, ...],
    is_list: bool,
    suite: str,
    machine: str,
    commit: str,
    project: str,
    units: tuple[str, ...],
    directions: tuple[str, ...],
    map_: Path | None,
    follow: bool,
) -> None:
    """Import other tools' results into the history, and count every row.

    FORMAT is the name of one, such as csv or hyperfine; a file of that name is ./csv. Without it
    the format is recognised by the content of each file; nothing is imported when none fits, or
    several. Of a folder, its files are imported. Importing a file twice adds nothing twice. A file
    that cannot be read does not stop the others; the exit code is 3 then.
    """
    from history.formats import commit_names, limits_in_force, recognition
    from history.formats.follow import Followed
    from history.formats.interface import Context
    from history.vcs import commits

    if is_list:
        _print_formats(words)
        return
    asked = recognition.asked(words)
    limits = workspace.config.history.limits
    with limits_in_force.holding(limits):
        found = _found(asked.format_, _places(asked.paths))
    contexts = _contexts(
        Context(
            suite=suite,
            machine=machine,
            commit=commits.resolve(workspace.root, commit) if commit else None,
            project=project or workspace.config.project,
            metrics=workspace.loaded.metrics,
            renamed=commit_names.renamed(map_) if map_ else {},
            limits=limits,
        ),
        {one.format_.name: one.format_ for one in found.taken},
        units,
        directions,
    )
    options = (suite, machine, commit, project, units, directions, map_)
    followed = Followed(workspace, repr(options)) if follow else None
    _take(workspace, found, contexts, followed, says_format=asked.format_ is None)


def _print_left_out(names: Sequence[str]) -> None:
    from history.report.output import visible

    for name in names:
        say(f"  note: {visible(name)} left out: it is of no format", err=True)


def _places(words: Sequence[str]) -> list[Path]:
    """Every path once, in the order given. Raises UsageError when one does not exist."""
    from history.words.errors import UsageError

    paths = [Path(word) for word in words]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise UsageError(f"there is no such file: {', '.join(missing)}; nothing was taken.")
    resolved = [path.resolve() for path in paths]
    places = [paths[resolved.index(place)] for place in dict.fromkeys(resolved)]
    for path in places:
        if (times := resolved.count(path.resolve())) > 1:
            say(f"  note: {path.name} is named {times} times and is read once", err=True)
    return places


def _found(format_: Importable | None, paths: Sequence[Path]) -> Found:
    """Every file or folder with its format: the named one, else the recognised one."""
    from history.formats import recognition

    if format_ is None:
        return recognition.recognise(paths)
    parts = [recognition.of_format(format_, path) for path in paths]
    return recognition.Found(
        [one for part in parts for one in part.taken],
        [name for part in parts for name in part.left_out],
    )


def _contexts(
    context: Context,
    formats: Mapping[str, Importable],
    units: tuple[str, ...],
    directions: tuple[str, ...],
) -> dict[str, Context]:
    """The import context of every format: the options it uses.

    Raises UsageError for an option that no format uses.
    """
    from dataclasses import replace

    from history.formats import kinds_told

    asking = {
        what: {name for name, one in formats.items() if kinds_told.asks(one, what)}
        for what in ("unit", "direction")
    }
    return {
        name: replace(
            context,
            units=kinds_told.units(one, units if name in (asking["unit"] or {name}) else ()),
            directions=kinds_told.directions(
                one, directions if name in (asking["direction"] or {name}) else ()
            ),
        )
        for name, one in formats.items()
    }


def _take(
    workspace: Workspace,
    found: Found,
    contexts: Mapping[str, Context],
    followed: Followed | None,
    *,
    says_format: bool,
) -> None:
    """Import every file and count its rows. Raises the last refusal at the end."""
    from history.report.output import visible
    from history.words.errors import ImportRefusedError

    _print_left_out(found.left_out)
    unreadable = []
    for path, format_ in found.taken:
        is_beside = not (says_format or sys.stdout.isatty())
        if followed is None or not is_beside:  # years of results take a while
            say(visible(f"{path.name}: {format_.name}, {format_.summary}"), err=is_beside)
        try:
            result = _import(workspace, path, format_, contexts[format_.name], followed)
        except ImportRefusedError as error:
            unreadable.append(error)
            continue
        if result is not None:
            _print_counts(result)
    for other in unreadable[:-1]:
        say(f"Error: {visible(str(other))}", err=True)
    if unreadable:
        raise unreadable[-1]


def _import(
    workspace: Workspace,
    path: Path,
    format_: Importable,
    context: Context,
    followed: Followed | None,
) -> FileResult | None:
    """The result of one file or folder; None when all of it is unchanged since its import."""
    from dataclasses import replace

    from history.formats import take_in
    from history.report.output import visible
    from history.report.wording.numbers import counted

    if followed is None:
        return take_in.import_file(workspace, format_, path, context)
    stamps = followed.look(format_, path)
    if stamps.unread:
        say(visible(f"{path.name}: {counted(len(stamps.unread), 'file')} as before"))
    if stamps.is_known:
        return None
    context = replace(context, unread=stamps.unread)
    result = take_in.import_file(workspace, format_, path, context)
    followed.remember(stamps)
    return result


def _print_counts(result: FileResult) -> None:
    from history.formats import counting, runs
    from history.formats.interface import ImportedColumns
    from history.report.output import visible
    from history.report.wording import numbers

    say(visible(counting.summary_line(result)))
    for line in counting.reason_lines(result):
        say(f"  {visible(line)}", err=True)
    found = result.imported
    taken = (
        found.batch.runs
        if isinstance(found, ImportedColumns)
        else tuple(record.run for record in found.records)
    )
    nameless = sum(run.machine.name == runs.UNKNOWN for run in taken)
    if nameless:
        say(
            f'  note: on the machine "{runs.UNKNOWN}" since nothing names one:'
            f" {numbers.counted(nameless, 'run')}. Say it with --machine from the first import on:"
            " another name later is another series",
            err=True,
        )
    for flagged in (*result.imported.flagged, *result.remarks):
        say(f"  note: {visible(flagged)}", err=True)


def _print_formats(words: Sequence[str]) -> None:
    from history.formats import listing
    from history.words.errors import UsageError

    if words:
        raise UsageError("expected no files beside --list.")
    show([row._asdict() for row in listing.rows()], listing.COLUMNS, "text")
    say("\nNot read:")
    for what, why in listing.NOT_READ.items():
        say(f"  {what.replace('`', '')}: {why.replace('`', '')}.")
    say("\nMore about each: docs/reference/formats.md")


@click.command(short_help="Write the history in another form.")
@click.argument("format_", metavar="FORMAT", shell_complete=completion.EXPORTS)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to.  [default: standard output]"
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Of readme-table: a file whose marked block it replaces, such as README.md.",
)
@click.option(
    "--check", is_flag=True, help="With --into: write nothing, and exit with 1 if it is stale."
)
@series_options("Of readme-table")
@workspace_options
def export(
    workspace: Workspace,
    *,
    format_: str,
    output: Path | None,
    into: Path | None,
    check: bool,
    only: str,
    metric: str,
    machine: str,
) -> None:
    """Write every point of the history in another form.

    FORMAT is csv, json or parquet; that of another tool, such as asv, bmf, github-action-benchmark
    or openmetrics; or, of the newest run of a suite, one of its own forms, such as alignment-jsonl
    or lifecycle-table. A name that is none of them lists all. What a format has no place for is
    said.

    readme-table is a small table of the newest values. With --into it takes the place of what
    stands between two marked lines of a file, and nothing else of it changes.
    """
    from history.cli import readme
    from history.formats import registry
    from history.formats.readme_table import Chosen
    from history.report.output import visible

    exporter = registry.find(format_, registry.EXPORT)
    readme.refuse_what_would_be_ignored(exporter.name, output, into, check=check)
    with workspace.looking() as connection:
        if exporter.name == readme.NAME:
            chosen = Chosen(only=only, metric=metric, machine=machine)
            readme.write(connection, chosen, output, into, check=check)
            return
        lost = exporter.write(connection, output)
    for sentence in lost or ():
        say(f"  note: {visible(sentence)}", err=True)
    if output is not None:
        say(f"wrote {output}")

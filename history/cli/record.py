"""The commands about the record itself: ``history``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from history.cli import compact, completion, transport
from history.cli.options import executor_option, format_option, need_ledger, workspace_options
from history.report.terminal import named_by, say
from history.report.terminal import show as show_rows
from history.store.rows import as_dicts, column_names
from history.words.commit_names import called

if TYPE_CHECKING:
    import duckdb

    from history.project.workspace import Workspace
    from history.words.errors import SoundmarkError


@click.group(short_help="Inspect and maintain the history.")
def history() -> None:
    """Inspect and maintain the history."""


@history.command("list")
@click.option(
    "--count", type=click.IntRange(min=1), default=20, show_default=True, help="Most runs to list."
)
@format_option()
@workspace_options
def list_(workspace: Workspace, count: int, format_: str) -> None:
    """List runs, newest first."""
    from history import sql

    with workspace.looking() as connection:
        cursor = connection.execute(sql.query("run_list"), {"count": count})
        columns, rows = column_names(cursor), as_dicts(cursor)
    if format_ == "text":
        rows, columns = _runs_for_people(rows)
    show_rows(rows, columns, format_, empty="The history holds no runs.")
    if format_ == "text" and rows and "origin" not in columns:
        say(f"\nAll of them: {rows[0]['origin']}.")


def _runs_for_people(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows with short names, and only columns that some run has a value for."""
    told = []
    for row in rows:
        remarks = [called(row["commit"]), "dirty" if row["dirty"] else ""]
        remarks += ["against", called(row["base"])] if row["base"] else []
        commit = " ".join(filter(None, remarks))
        told.append(row | {"run_id": row["run_id"][:8], "commit": commit})
    at_times = [name for name in ("absent", "left_out") if any(row[name] for row in told)]
    origin = ["origin"] if len({row["origin"] for row in told}) > 1 else []
    return told, ["run_id", "started_at", "commit", "machine", *origin, "points", *at_times]


@history.command(short_help="Show runs by their id or commit.")
@click.argument("run", metavar="RUN_OR_COMMIT", shell_complete=completion.COMMITS)
@format_option("text", "json")
@workspace_options
def show(workspace: Workspace, run: str, format_: str) -> None:
    """Show the runs whose id, or whose commit, starts with RUN_OR_COMMIT.

    Names that the history does not know are resolved by git: HEAD, a branch, a tag.
    """
    import json

    from history import sql
    from history.cli import duet_output
    from history.compare import stored_duets
    from history.report.output import print_rows

    with workspace.looking() as connection:
        found = _runs(connection, run) or _runs(connection, _commit_called(workspace, run))
        if not found:
            raise _nothing_called(workspace, run)
        columns = list(found[0])
        for about in found:
            if about["kind"] == "duet":
                duet = stored_duets.judged(connection, about["run_id"], about["machine"])
                about["duet"] = duet
                about["points"] = [duet_output.fields(line) for line in duet.lines]
                continue
            points = connection.execute(sql.query("run_points"), {"run_id": about["run_id"]})
            about["points"] = as_dicts(points)
    for about in found:
        about["environment"] = json.loads(about["environment"])
    if format_ == "json":
        print_rows(found, [*columns, "points"], "json")
        return
    for about in found:
        _print_run(about)


def _runs(connection: duckdb.DuckDBPyConnection, start: str) -> list[dict[str, Any]]:
    """The runs whose id or commit starts with a text; none for an empty one."""
    from history import sql

    if not start:
        return []
    return as_dicts(connection.execute(sql.query("run_show"), {"start": start}))


def _commit_called(workspace: Workspace, name: str) -> str:
    """The hash that git resolves a name to; empty when there is none."""
    from history.vcs import commits
    from history.words.errors import UsageError

    try:
        return commits.resolve(workspace.root, name).sha
    except UsageError:
        return ""


def _nothing_called(workspace: Workspace, name: str) -> SoundmarkError:
    from history.words.errors import UsageError

    sha = _commit_called(workspace, name)
    hint = "`soundmark history list` shows what there is."
    if sha:
        return UsageError(f'nothing was measured at "{name}" ({sha[:12]}).', hint=hint)
    return UsageError(f'no run and no commit in the history starts with "{name}".', hint=hint)


def _print_run(about: dict[str, Any]) -> None:
    from history.cli import duet_output
    from history.report.output import visible
    from history.report.wording import numbers
    from history.words.key import benchmark_id, parse_pairs
    from history.words.metrics import shown_in

    for key, value in about.items():
        if key == "environment":
            for group, fields in value.items():
                say(f"{group:>14}  {visible(_fields(fields))}")
        elif key not in {"points", "duet"} and value not in ("", None, [], False):
            say(f"{key:>14}  {visible(_fields(value))}")
    say()
    if "duet" in about:
        duet_output.print_duet(about["duet"])
        return
    for point in about["points"]:
        measured = point["value"] is not None
        point["benchmark"] = named_by(
            benchmark_id(point["suite"], point["benchmark"], parse_pairs(point["params"])),
            point["variant"],
        )
        point["value"] = (
            numbers.value(point["value"], shown_in(point["metric"], point["unit"]))
            if measured
            else point["status"]
        )
    columns = ["benchmark", "metric", "value", "n", "reason"]
    nothing = "Nothing that counts was measured in this run."
    show_rows(about["points"], columns, "text", empty=nothing)


def _fields(value: object) -> str:
    """The fields of a record in one line: ``key value; key value``, times to the minute."""
    if isinstance(value, dict):
        return "; ".join(f"{key} {_fields(one)}" for key, one in value.items() if one != "")
    if isinstance(value, list):
        return "; ".join(map(_fields, value))
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


@history.command(short_help="Make the database equal to the ledger.")
@click.option("--rebuild", is_flag=True, help="Make a new database, even if the old one is sound.")
@click.option(
    "--allow-fewer-runs",
    "allow",
    metavar="[RUNS|REASON]",
    is_flag=False,
    flag_value="",
    help="Accept the loss of runs whose files were removed: name them, or give a reason.",
)
@executor_option
@workspace_options
def sync(workspace: Workspace, *, rebuild: bool, allow: str | None) -> None:
    """Make the database equal to the ledger, reading only run files it has not seen.

    The old database stays until a new one is whole. A run that would be lost is named, and nothing
    is changed.
    """
    from history.report.wording import numbers
    from history.store import guard
    from history.words.errors import BrokenDataError

    permit = guard.NOTHING if allow is None else guard.allowed(allow)
    need_ledger(workspace)
    done = workspace.sync(rebuild=rebuild, permit=permit)
    say(
        f"{numbers.counted(done.files_read, 'run file')} read, {done.runs_added:+d} runs, "
        f"{numbers.counted(done.runs_total, 'run')} in the history"
    )
    for run_id in done.let_go:
        say(f"let go: run {run_id}", err=True)
    for remark in done.remarks:
        say(f"note: {remark}", err=True)
    if done.damaged:
        raise BrokenDataError(
            "; ".join(str(bad) for bad in done.damaged) + "; everything else was taken.",
            hint="Bring a good copy of the named files back, or remove them, and sync again.",
        )


@history.command(short_help="Query the history in SQL.")
@click.argument("text", metavar="SQL")
@format_option()
@workspace_options
def query(workspace: Workspace, text: str, format_: str) -> None:
    """Query the history in SQL, read-only.

    The views `trend` (one row per point) and `latest` (the newest of each series) stay as they
    are; tables may change between versions.
    """
    from history.store.ask import asking

    with workspace.looking() as connection, asking(connection, text) as cursor:
        columns = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=False)) for row in cursor.fetchall()]
    show_rows(rows, columns, format_, empty="No rows.")


@history.command(short_help="Compare every run file with the database.")
@workspace_options
def verify(workspace: Workspace) -> None:
    """Read every run file whole and compare it with the database."""
    from history.report.wording import numbers
    from history.store.verify import verify as check
    from history.words.errors import BrokenDataError

    with workspace.reading() as connection:
        found = check(connection, workspace.ledger)
    counts = ((found.files, "run file"), (found.runs, "run"), (found.points, "point"))
    say(f"{', '.join(numbers.counted(*one) for one in counts)} checked")
    if found.problems:
        raise BrokenDataError("; ".join(found.problems) + ".")


@history.command(short_help="Exclude runs from every trend.")
@click.argument("run", metavar="[RUN]", default="")
@click.option("--all", "everything", is_flag=True, help="All runs: to start afresh.")
@click.option("--series", default="", help="Exclude only the series with this id.")
@click.option("--reason", default="", help="The reason; shown wherever the run would have been.")
@click.option("--undo", is_flag=True, help="Include the run again.")
@workspace_options
def exclude(
    workspace: Workspace, run: str, series: str, reason: str, *, everything: bool, undo: bool
) -> None:
    """Leave a run out of every trend, with a reason; nothing is deleted.

    RUN is the start of a run id. The decision is written to exclusions.toml, beside soundmark.toml.
    With --all every run of today is left out, and trends begin with the next one.
    """
    from history import sql
    from history.words.errors import UsageError
    from history.words.records import Exclusion

    reason = reason.strip()
    if bool(reason) == undo:
        raise UsageError("expected a --reason, or --undo to take the run in again.")
    if everything == bool(run) or (everything and series):
        raise UsageError(
            "expected a RUN, or --all without one and without --series.",
            hint="`soundmark history list` shows the runs.",
        )
    if everything:
        _exclude_all(workspace, reason)
        return
    with workspace.reading() as connection:
        rows = _runs(connection, run)
        found = sorted({row["run_id"] for row in rows if row["run_id"].startswith(run)})
        if len(found) == 1 and all(row["kind"] == "duet" for row in rows):
            raise UsageError(f"{found[0][:8]} is a duet, and no duet is part of a trend.")
        if len(found) != 1:
            raise UsageError(
                f'expected the start of one run id, found {len(found)} that start with "{run}".',
                hint="`soundmark history list --format csv` shows whole ids.",
            )
        chosen = connection.execute(sql.query("run_series"), {"run_id": found[0]}).fetchall()
    if series and (series,) not in chosen:
        raise UsageError(
            f'run {found[0][:8]} has no series "{series}".',
            hint="`soundmark export csv` names the series of every run.",
        )
    made = Exclusion(run_id=found[0], series_id=series, reason=reason, made_at=datetime.now(tz=UTC))
    file = workspace.exclude(made)
    what = f"series {series} of run" if series else "run"
    say(f"{what} {found[0][:8]} is {'in' if undo else 'left out of'} the trends; see {file}")


def _exclude_all(workspace: Workspace, reason: str) -> None:
    """Exclude every run that is in a trend, or, with an empty reason, include all excluded ones."""
    from history.read import runs
    from history.report.wording import numbers
    from history.words.errors import UsageError
    from history.words.records import Exclusion

    with workspace.reading() as connection:
        found = [run.run_id for run in runs.read(connection) if bool(run.left_out) != bool(reason)]
    if not found:
        raise UsageError(
            "there is no run to leave out." if reason else "no run is left out.",
            hint="`soundmark history list` shows the runs.",
        )
    now = datetime.now(tz=UTC)
    file = workspace.exclude(*(Exclusion(run_id=one, reason=reason, made_at=now) for one in found))
    is_or_are = numbers.counted(len(found), "run is", "runs are")
    say(f"{is_or_are} {'left out of' if reason else 'in'} the trends; see {file}")


history.add_command(compact.compact)
history.add_command(transport.push)
history.add_command(transport.pull)

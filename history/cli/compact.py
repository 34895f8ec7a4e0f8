"""The command ``history compact``: combine the run files of each past year into one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from history.cli.options import need_ledger, workspace_options
from history.report.terminal import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from history.project.workspace import Workspace
    from history.store.compaction.compact import Made, Year


@click.command(short_help="Combine the runs of each past year into one file.")
@click.option("--year", type=int, metavar="YYYY", help="Only this year.  [default: all before]")
@click.option("--dry-run", is_flag=True, help="Count what would be done, and change nothing.")
@workspace_options
def compact(workspace: Workspace, *, year: int | None, dry_run: bool) -> None:
    """Put the run files of every year that is over into one sorted file a year.

    Every run keeps its id, and the new file is compared with the old ones before they are removed.
    The current year is never touched; a year with a damaged run file is refused, and the file is
    named. With item_samples_days in [history.retention] the samples of utterances are removed once
    a year is that old; their aggregates stay. `soundmark history push` then does the same on a
    record branch.
    """
    from history.store.compaction import years
    from history.store.compaction.compact import Policy, planned
    from history.store.compaction.compact import compact as compact_year
    from history.words.errors import UsageError

    today = datetime.now(tz=UTC).date()
    if year is not None and year >= today.year:
        raise UsageError(
            f"--year: expected a year that is over, found {year}.",
            hint="Run files of this year are still added to.",
        )
    need_ledger(workspace)
    policy = Policy(today, workspace.config.history.retention.item_samples_days)
    if not dry_run:
        workspace.ledger.sweep()
    finished = years.finished(workspace.ledger.files(), today.year)
    chosen = [one for one in finished if year in (None, one)]
    if not chosen:
        say(f"no run files of {'years that are over' if year is None else year}")
    found = []
    for one in chosen:
        if dry_run:
            found.append(planned(workspace.ledger, one, policy))
        else:
            with workspace.writing() as connection:
                found.append(compact_year(connection, workspace.ledger, one, policy))
        _print(found[-1], is_dry=dry_run)
    _refuse(found)


def _print(done: Year, *, is_dry: bool) -> None:
    from history.report.wording import numbers

    if done.damaged:
        return
    if not done.made:
        say(f"{done.year}: {numbers.counted(done.files, 'run file')}, nothing to compact")
    for made in done.made:
        say(f"{done.year}: {_sentence(made, is_dry=is_dry)}")
        if made.thinned:
            items, runs = sum(made.thinned.values()), len(made.thinned)
            say(
                f"{done.year}: {'would take' if is_dry else 'took'} the samples of "
                f"{numbers.counted(items, 'item')} of {numbers.counted(runs, 'run')} away; "
                "their aggregates stay"
            )
    if done.too_much:
        say(
            f"note: {done.year} takes {done.too_much} files: one would hold more than "
            "history.limits allows",
            err=True,
        )
    if done.corrections:
        counted = numbers.counted(done.corrections, "file")
        say(f"note: {done.year}: {counted} that leave a run out stay as they are", err=True)
    for file in done.kept_complete:
        say(f"note: {file} stays: it has samples that are thinned in the compacted file", err=True)


def _sentence(made: Made, *, is_dry: bool) -> str:
    from history.report.wording import numbers

    files = numbers.counted(len(made.replaced), "run file")
    runs = numbers.counted(made.runs, "run")
    into = made.file or "one"
    if is_dry:
        return f"would put {files} ({made.bytes_before} bytes, {runs}) into {into}"
    return (
        f"{files} into {into}: {runs}, {made.bytes_before} bytes before and "
        f"{made.bytes_after} after"
    )


def _refuse(found: Sequence[Year]) -> None:
    from history.words.errors import BrokenDataError

    damaged = [(done.year, done.damaged) for done in found if done.damaged]
    if damaged:
        named = "; ".join(f"{year}: {', '.join(map(str, bad))}" for year, bad in damaged)
        raise BrokenDataError(
            f"{named}; these years were left as they are.",
            hint="Bring a good copy of the named files back, or remove them and sync, then compact "
            "again.",
        )

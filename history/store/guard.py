"""Refuse to lose runs: every run that would be lost is named.

Run ids are compared, not counts: a new run does not compensate for a lost one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from history import sql
from history.store import catalog, known_files
from history.words.errors import BrokenDataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

_SHOWN: Final = 8
"""Runs that a message names; the others are counted."""
_ID: Final = re.compile(r"[0-9a-f]{8,}")


class Allowed(NamedTuple):
    """The runs that may be lost: named ones, or with a reason any."""

    ids: tuple[str, ...] = ()
    """Beginnings of run ids."""
    reason: str = ""

    def covers(self, run_id: str) -> bool:
        """Whether this run may be lost."""
        return bool(self.reason) or run_id.startswith(self.ids)


NOTHING: Final = Allowed()


class Held(NamedTuple):
    """The contents of a history."""

    runs: Mapping[str, str]
    """Run id to the ledger file it was read from."""
    corrections: Mapping[tuple[str, str, str], str]
    """Run, series and moment of each correction to its ledger file."""
    files: Mapping[str, tuple[int, str]] = {}
    """Ledger file to its bytes and its hash when it was taken in."""
    points: Mapping[str, int] = {}
    """Run id to what its points say, as one number; only where `with_points` was asked."""

    def runs_of(self, file: str) -> set[str]:
        """Ids of the runs that were read from this ledger file."""
        return {run_id for run_id, source in self.runs.items() if source == file}


def allowed(text: str) -> Allowed:
    """Read what a person allows: run ids or their beginnings, by commas or spaces, else a reason.

    Raises UsageError when it is neither.
    """
    words = [word for word in re.split(r"[,\s]+", text.strip().lower()) if word]
    if words and all(_ID.fullmatch(word) for word in words):
        return Allowed(ids=tuple(words))
    if len(words) < 2:
        raise UsageError(
            f'expected run ids or a reason of several words, found "{text.strip()}".',
            hint='Say --allow-fewer-runs "the machine was set up wrongly", or name the runs, each '
            "by eight or more digits.",
        )
    return Allowed(reason=text.strip())


def held(connection: duckdb.DuckDBPyConnection) -> Held:
    """What this database holds, of whatever version it is."""
    if not catalog.columns(connection, "runs"):
        return Held({}, {})
    # Duets came later, and with them the view of both.
    source = "run_ids" if catalog.columns(connection, "run_ids") else "runs"
    runs = connection.execute(
        f"select run_id, file from {source} order by run_id"  # noqa: S608
    ).fetchall()
    corrections = connection.execute(sql.query("corrections")).fetchall()
    return Held(
        dict(runs),
        {(row[0], row[1], row[2]): row[3] for row in corrections},
        known_files.read(connection),
    )


def with_points(connection: duckdb.DuckDBPyConnection, found: Held) -> Held:
    """The same with what the points of each run say; duets are left out.

    A database of a version that kept points otherwise stays without.
    """
    import duckdb

    try:
        rows = connection.execute(sql.query("run_digests")).fetchall()
    except (duckdb.BinderException, duckdb.CatalogException):
        return found
    return found._replace(points=dict(rows))


def _replaced(before: Held, after: Held) -> tuple[str, ...]:
    """Ids of the runs that come from another file now and say something else, sorted."""
    return tuple(
        sorted(
            run_id
            for run_id, said in before.points.items()
            if run_id in after.points
            and after.points[run_id] != said
            and after.runs[run_id] != before.runs[run_id]
        )
    )


def check(before: Held, after: Held, permit: Allowed, why: Iterable[str] = ()) -> tuple[str, ...]:
    """Ids of the runs that are let go, sorted.

    Raises BrokenDataError, before anything is changed, when one is lost that nobody allowed, or
    says something else in another file.
    ``why`` are sentences about files that cannot be used.
    """
    _refuse_replaced(before, after, permit)
    lost = sorted(before.runs.keys() - after.runs.keys())
    refused = [run_id for run_id in lost if not permit.covers(run_id)]
    undone = sorted(before.corrections.keys() - after.corrections.keys())
    # The correction of a run that is let go goes with it.
    undone = [key for key in undone if key[0] in after.runs and not permit.reason]
    if not refused and not undone:
        return tuple(lost)
    named = [f"{run_id[:8]} ({before.runs[run_id]})" for run_id in refused]
    named += [f"what was decided about {key[0][:8]} ({before.corrections[key]})" for key in undone]
    because = "".join(f"; {sentence}" for sentence in why)
    count = "1 run" if len(refused) == 1 else f"{len(refused)} runs"
    what = f"{count} that the history holds" if refused else "corrections that the history holds"
    raise BrokenDataError(
        f"the ledger has lost {what}: {_listed(named)}{because}; nothing was changed.",
        hint="Bring the run files back (is this the right --ledger?). If the runs were taken away "
        "on purpose, pass --allow-fewer-runs with their ids or with a reason.",
    )


def _refuse_replaced(before: Held, after: Held, permit: Allowed) -> None:
    found = [one for one in _replaced(before, after) if not permit.covers(one)]
    if not found:
        return
    named = [f"{one[:8]} ({before.runs[one]}, now {after.runs[one]})" for one in found]
    count = "1 run" if len(found) == 1 else f"{len(found)} runs"
    raise BrokenDataError(
        f"the ledger says something else of {count} that the history holds: {_listed(named)}; "
        "nothing was changed.",
        hint="A run file was taken away, and another one claims its run with other results. Bring "
        "the first one back, or, if the second one is meant, pass --allow-fewer-runs with the "
        "run's id or with a reason.",
    )


def _listed(named: Sequence[str]) -> str:
    """The first of these, and how many there are more."""
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return f"{', '.join(named[:_SHOWN])}{more}"

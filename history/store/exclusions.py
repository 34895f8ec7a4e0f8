"""Store exclusions in the database, so that every query applies them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history import sql
from history.words.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from history.words.records import Exclusion

SOURCE: Final = "exclusions.toml"
"""Where the history says such a decision is from; no run file has this name."""

_Row = tuple[str, str, str, str]


def differ(connection: duckdb.DuckDBPyConnection, decided: Sequence[Exclusion]) -> bool:
    """Whether the history holds other decisions than these; reads only."""
    return _held(connection) != _rows(connection, decided)


def take_in(connection: duckdb.DuckDBPyConnection, decided: Sequence[Exclusion]) -> None:
    """Replace the decisions that the history holds by these; inside a transaction.

    Of two about the same run and series the later one holds. Those about runs that are not here
    wait for them. Raises ConfigError when the beginning of a run id fits several runs.
    """
    connection.execute("delete from exclusions where file = $file", {"file": SOURCE})
    for run_id, series_id, reason, moment in _rows(connection, decided):
        connection.execute(
            "insert into exclusions select $run, $series, $reason, $moment::timestamp, $file",
            {
                "run": run_id,
                "series": series_id,
                "reason": reason,
                "moment": moment,
                "file": SOURCE,
            },
        )


def waiting(connection: duckdb.DuckDBPyConnection, decided: Sequence[Exclusion]) -> list[str]:
    """A remark on each run that was decided about and is not here; it may be misspelt."""
    named = dict.fromkeys(one.run_id for one in decided)
    return [
        f"{SOURCE}: no run here has an id that starts with {start}; its entry waits for one."
        for start in named
        if not _starting(connection, start)
    ]


def _held(connection: duckdb.DuckDBPyConnection) -> list[_Row]:
    found = connection.execute(sql.query("decided_exclusions"), {"file": SOURCE}).fetchall()
    return [(row[0], row[1], row[2], row[3]) for row in found]


def _rows(connection: duckdb.DuckDBPyConnection, decided: Sequence[Exclusion]) -> list[_Row]:
    rows: dict[tuple[str, str], _Row] = {}
    for one in decided:
        found = _starting(connection, one.run_id)
        if len(found) > 1:
            raise ConfigError(
                f"{SOURCE}: {one.run_id} is the beginning of {len(found)} runs.",
                hint="Write more of the id; `soundmark history list --format csv` shows it.",
            )
        for run_id in found:
            moment = one.made_at.strftime("%Y-%m-%d %H:%M:%S")
            rows[run_id, one.series_id] = (run_id, one.series_id, one.reason, moment)
    return sorted(rows.values())


def _starting(connection: duckdb.DuckDBPyConnection, start: str) -> list[str]:
    """Ids of the runs that start like this."""
    rows = connection.execute(
        "select run_id from run_ids where starts_with(run_id, $start) order by run_id",
        {"start": start},
    ).fetchall()
    return [str(run_id) for (run_id,) in rows]

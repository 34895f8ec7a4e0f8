"""Write the history as the ``data.js`` of github-action-benchmark, which keeps working with it."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from history.formats import by_unit, exported
from history.formats.put_out import put
from history.words.errors import UsageError
from history.words.metrics import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb

    from history.formats.exported import NotHeld, Row

_PREFIX: Final = b"window.BENCHMARK_DATA = "
_TOOLS: Final = {
    Direction.LOWER.value: "customSmallerIsBetter",
    Direction.HIGHER.value: "customBiggerIsBetter",
}
_HIGHER: Final = " (higher is better)"
_NOBODY: Final = {"email": "", "name": "", "username": ""}


def write(connection: duckdb.DuckDBPyConnection, target: Path | None) -> tuple[str, ...]:
    """Every measured point whose direction is known; sentences about what has no place in it.

    An entry is what one run measured of one suite, and its commit. Raises UsageError where nothing
    can be written: an empty file would replace a history.
    """
    lost = exported.NotHeld()
    entries, newest = _entries(_kept(exported.rows(connection), lost), lost)
    if not entries:
        raise UsageError("there is no measured point with a direction to write.")
    data = {
        "lastUpdate": _milliseconds(newest),
        "repoUrl": "",
        "entries": entries,
    }
    content = msgspec.json.format(msgspec.json.encode(data), indent=2)
    put(target, _PREFIX + content + b"\n")
    return lost.sentences()


def _kept(rows: Iterable[Row], lost: NotHeld) -> list[Row]:
    """What can be written at all, counting the rest."""
    kept = []
    for row in rows:
        if not row.is_measured:
            lost.add("{} that failed or were skipped left out")
        elif row.direction not in _TOOLS:
            lost.add("{} without a direction left out: its tools have one each")
        else:
            kept.append(row)
    return kept


def _entries(rows: list[Row], lost: NotHeld) -> tuple[dict[str, list[dict[str, Any]]], datetime]:
    """Suite to its entries, in the order of commits and of runs; and the time of the newest."""
    machines = {row.machine for row in rows}
    ways = defaultdict(set)
    for row in rows:
        ways[row.suite].add(row.direction)
    entries: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    newest = datetime.fromtimestamp(0, tz=UTC)
    for row in rows:
        suite = row.suite
        if len(machines) > 1:
            suite += f" ({row.machine})"
        if len(ways[row.suite]) > 1 and row.direction == Direction.HIGHER:
            suite += _HIGHER
        if suite != row.suite:
            lost.add("machine or direction of {} said by the name of the suite")
        entry = entries[suite].setdefault(row.run_id, _entry(row))
        entry["benches"].append(_bench(row, lost))
        newest = max(newest, row.run_time)
    return {suite: list(by_run.values()) for suite, by_run in sorted(entries.items())}, newest


def _entry(row: Row) -> dict[str, Any]:
    """One run without results yet; who made the commit is not known here."""
    return {
        "commit": {
            "author": _NOBODY,
            "committer": _NOBODY,
            "id": row.commit,
            "message": row.commit_subject or "",
            "timestamp": row.commit_time.isoformat(),
            "url": "",
        },
        "date": _milliseconds(row.run_time),
        "tool": _TOOLS[row.direction],
        "benches": [],
    }


def _bench(row: Row, lost: NotHeld) -> dict[str, Any]:
    name = row.label()
    if name != row.benchmark:
        lost.add("parameters or variant of {} put into the name")
    if by_unit.METRICS.get(row.unit, "value") != row.metric:
        name += f" - {row.metric}"
        lost.add("metric of {} put into the name: it is known by its unit alone")
    bench: dict[str, Any] = {"name": name, "value": row.value, "unit": row.unit}
    if row.interval is not None:
        low, high = row.interval
        bench["range"] = f"\N{PLUS-MINUS SIGN} {(high - low) / 2:.6g}"
        lost.add("interval of {} written as half its width")
    if row.samples:
        lost.add("samples of {} left out")
    return bench


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)

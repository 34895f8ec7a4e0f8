"""Write Bencher Metric Format: the newest run, or in a folder a file for every run."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from history.formats import exported
from history.formats.file_names import plain
from history.formats.put_out import put_json
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb

    from history.formats.exported import NotHeld, Row

_BUILT_IN: Final = {"operation_time": ("latency", "ns", 1e9)}
"""Metrics that have another name there, and their unit: ``latency`` is in nanoseconds."""
_LONGEST: Final = 1024
"""Bytes of a name."""


def write(connection: duckdb.DuckDBPyConnection, target: Path | None) -> tuple[str, ...]:
    """The measured points of the newest run; of every run where the target is a folder.

    ``lower_value`` and ``upper_value`` are the 95 % interval. Raises UsageError where nothing was
    measured.
    """
    runs: dict[str, list[Row]] = defaultdict(list)
    lost = exported.NotHeld()
    for row in exported.rows(connection):
        if row.is_measured:
            runs[row.run_id].append(row)
        else:
            lost.add("{} that failed or were skipped left out")
    if not runs:
        raise UsageError("there is no measured point to write.")
    ordered = sorted(runs.values(), key=lambda rows: (rows[0].run_time, rows[0].position))
    if target is None or not target.is_dir():
        put_json(target, document(ordered[-1], lost))
        if len(ordered) > 1:
            more = f"the newest of {len(ordered)} runs is written; -o FOLDER writes all of them"
            return (more, *lost.sentences())
        return lost.sentences()
    for number, rows in enumerate(ordered, start=1):
        name = f"{number:06d}-{plain(rows[0].commit)[:12]}-{plain(rows[0].machine)}.json"
        put_json(target / name, document(rows, lost))
    return lost.sentences()


def document(rows: Iterable[Row], lost: NotHeld) -> dict[str, Any]:
    """Benchmark -> measure -> value; counts what the format cannot hold.

    Unit and direction stand beside the value: Bencher ignores them, and our reader finds them.
    """
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        name = row.label()
        if name != row.benchmark:
            lost.add("parameters or variant of {} put into the name")
        if len(name.encode()) > _LONGEST:
            lost.add(f"{{}} left out: the name has more than {_LONGEST} bytes")
            continue
        measure, unit, factor = _BUILT_IN.get(row.metric, (row.metric, row.unit, 1.0))
        metric: dict[str, float | str] = {"value": (row.value or 0.0) * factor}
        if row.interval is not None:
            low, high = row.interval
            metric |= {"lower_value": low * factor, "upper_value": high * factor}
        metric |= {"unit": unit, "direction": row.direction}
        if measure in found[name]:
            lost.add("{} left out: another suite has the same benchmark and metric")
            continue
        found[name][measure] = metric
        lost.add("commit and machine of {} left out")
        if row.samples:
            lost.add("samples of {} left out")
    return dict(found)

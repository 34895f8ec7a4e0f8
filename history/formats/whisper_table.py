"""Write one table of all ways of transcribing: implementation, precision, threads, limit.

``summary_table.csv`` and ``summary_table.md``. A row says on how many files and repeats it stands;
one that stands on a single file and a single run says so, and has no percentile.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import numpy as np

from history import sql
from history.formats import newest_items as stored
from history.formats.put_out import put
from history.formats.whisper_results.writing import P95_FILES, environment_of, facts_for
from history.words.errors import UsageError
from history.words.key import parse_pairs
from history.words.records import Measured, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from history.words.records import Item, Point, RunRecord

MIB: Final = 2**20
"""The origin program writes mebibytes under ``ram_mb``, and so do we."""

COLUMNS: Final = (
    "implementation",
    "precision",
    "device",
    "threads",
    "limit",
    "limited_by",
    "features",
    "files",
    "repeats",
    "time_s",
    "time_low_s",
    "time_high_s",
    "p95_s",
    "rtf",
    "tokens_per_s",
    "ram_mb",
    "remark",
)
_LIMIT: Final = re.compile(r"\d+c\d+g")

Row = dict[str, Any]


class Value(NamedTuple):
    """One point of the run."""

    variant: str
    """``key=value;key=value``."""
    metric: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    status: str
    reason: str


def rows(
    values: Iterable[Value],
    items: Sequence[Item],
    environment: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Row]:
    """One row for each way, fastest first; ways without a measurement come last.

    ``environment``: what was in force in each process, such as the means of its limit.
    """
    ways: dict[str, dict[str, Value]] = {}
    for one in values:
        ways.setdefault(one.variant, {})[one.metric] = one
    made = [
        _row(
            way,
            found,
            [item for item in items if item.variant.text() == way],
            facts_for(environment or {}, msgspec.convert(parse_pairs(way), Variant)),
        )
        for way, found in ways.items()
        if "end_to_end_time" in found
    ]
    return sorted(made, key=lambda row: (row["time_s"] is None, row["time_s"] or 0.0, str(row)))


def _row(
    way: str, found: Mapping[str, Value], items: Sequence[Item], facts: Mapping[str, Any]
) -> Row:
    variant = parse_pairs(way)
    features = [part for part in variant.get("features", "").split("+") if part]
    limit = [part for part in features if _LIMIT.fullmatch(part)]
    total = found["end_to_end_time"]
    each = [item.values["end_to_end_time"] for item in items if "end_to_end_time" in item.values]
    ram = _value(found, "peak_rss")
    return {
        "implementation": variant.get("implementation", ""),
        "precision": variant.get("precision", ""),
        "device": variant.get("device", ""),
        "threads": variant.get("threads", ""),
        "limit": "+".join(limit),
        "limited_by": str(facts.get("limited by", "")) if limit else "",
        "features": "+".join(part for part in features if part not in limit),
        "files": len(each),
        "repeats": total.n,
        "time_s": total.value,
        "time_low_s": total.low,
        "time_high_s": total.high,
        "p95_s": float(np.quantile(each, 0.95)) if len(each) >= P95_FILES else None,
        "rtf": _value(found, "rtf"),
        "tokens_per_s": _value(found, "tokens_per_second"),
        "ram_mb": None if ram is None else ram / MIB,
        "remark": _remark(total, len(each)),
    }


def _value(found: Mapping[str, Value], metric: str) -> float | None:
    return found[metric].value if metric in found else None


def _remark(total: Value, files: int) -> str:
    if total.value is None:
        return f"{total.status}: {total.reason}"
    if files == 1:
        return "one file, one run" if total.n == 1 else f"one file, {total.n} repeats"
    return f"p95 needs {P95_FILES} files" if files < P95_FILES else ""


def as_csv(table: Sequence[Row]) -> str:
    """Full precision; empty where there is nothing."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {key: "" if row[key] is None else row[key] for key in COLUMNS} for row in table
    )
    return out.getvalue()


def as_markdown(table: Sequence[Row]) -> str:
    """Four significant digits, a dash where there is nothing; empty columns are left out."""
    kept = [key for key in COLUMNS if any(row[key] not in {None, ""} for row in table)]
    lines = ["| " + " | ".join(kept) + " |", "|" + "---|" * len(kept)]
    lines += ["| " + " | ".join(_cell(row[key]) for key in kept) + " |" for row in table]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    if value is None or value == "":
        return "–"
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return re.sub(r"\s+", " ", text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def write(folder: Path, table: Sequence[Row]) -> None:
    """Write both files. Raises UsageError where the folder is a file."""
    if folder.is_file():
        raise UsageError(f"{folder}: expected a folder, found a file.")
    put(folder / "summary_table.csv", as_csv(table).encode())
    put(folder / "summary_table.md", as_markdown(table).encode())


def of_record(record: RunRecord) -> list[Row]:
    """The rows of a run that was just measured; its points are all of one suite."""
    values = [_of_point(point) for point in record.points]
    facts = record.run.environment
    groups = {group: found for group, found in facts.items() if isinstance(found, dict)}
    return rows(values, record.items, groups)


def _of_point(point: Point) -> Value:
    variant, outcome = point.variant.text(), point.outcome
    if isinstance(outcome, Measured):
        number = (outcome.value, outcome.low, outcome.high, outcome.n)
        return Value(variant, point.metric, *number, "measured", "")
    status = type(outcome).__name__.lower()
    return Value(variant, point.metric, None, None, None, 0, status, outcome.reason)


class WhisperTable:
    """Two files in a folder."""

    name = "whisper-table"
    summary = "a folder with summary_table.csv and summary_table.md, one row for each way"
    written = "the newest whisper run"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Write the folder; ``None`` prints the Markdown table."""
        found = stored.newest(connection, "whisper")
        points = connection.execute(sql.query("run_points"), {"run_id": found.run_id}).fetchall()
        values = [
            Value(row[3], row[4], row[5], row[6], row[7], row[9] or 0, row[10], row[11] or "")
            for row in points
            if row[0] == "whisper"
        ]
        table = rows(values, found.items, environment_of(connection, found.run_id))
        if target is None:
            put(None, as_markdown(table).encode())
            return
        write(target, table)

"""Write memory over iterations in the shape of the public memory study.

``config``, ``summary`` and ``iterations`` under its names and by its formulas, so that readers of
either can read both; what is ours alone (slope, interval, verdict) stands under ``soundmark``, in
bytes. Times of the first token are those of the callback here, which the study's are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from history.formats import suite_points
from history.formats.suite_points import Series, Table
from history.stats.leak import judge
from history.words.errors import UsageError

if TYPE_CHECKING:
    import duckdb

METHODS: Final = {"recreate": "destroy_recreate", "reuse": "restart"}
_MIB: Final = 2**20
"""Bytes. What that project calls MB: its programs divide by 1024 twice."""
_COLUMNS: Final = {
    "ttft_ms": ("first_token_time", 1e3),
    "gen_speed": ("characters_per_second", 1.0),
    "mem_before_mb": ("rss_before", 1 / _MIB),
    "mem_after_load_mb": ("rss_after_load", 1 / _MIB),
    "mem_after_infer_mb": ("rss_after_inference", 1 / _MIB),
    "mem_after_unload_mb": ("rss", 1 / _MIB),
    "load_overhead_mb": ("load_overhead", 1 / _MIB),
}


class LifecycleJsonExporter:
    """The newest lifecycle run."""

    name = "lifecycle-json"
    summary = "memory over iterations of the newest run, in the shape of the public memory study"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """One object per subject and mode, under its name."""
        suite_points.write_json(target, documents(newest(connection)))


def newest(connection: duckdb.DuckDBPyConnection) -> tuple[Table, ...]:
    """What the newest lifecycle run measured. Raises UsageError when no way has its iterations."""
    tables = suite_points.newest(connection, "lifecycle").tables
    if not any(document(ways)["iterations"] for ways in groups(tables).values()):
        raise UsageError(
            "the newest lifecycle run has no memory of single iterations, recreated or reused.",
            hint="Run `soundmark collect lifecycle`.",
        )
    return tables


def documents(tables: Iterable[Table]) -> dict[str, Any]:
    """``{"onnx_session trimmed": {config, summary, iterations, soundmark}, ...}``.

    With a single subject and mode the document itself, which is the study's file.
    """
    made = {name: document(ways) for name, ways in groups(tables).items()}
    return next(iter(made.values())) if len(made) == 1 else made


def groups(tables: Iterable[Table]) -> dict[str, list[Table]]:
    """Ways of each subject and mode by its name, ``onnx_session trimmed``; the control left out."""
    found: dict[str, list[Table]] = {}
    for table in tables:
        if table.variant.implementation in METHODS and table.benchmark != "control":
            name = f"{table.benchmark} {table.variant.features}".strip()
            found.setdefault(name, []).append(table)
    return found


def document(ways: Iterable[Table]) -> dict[str, Any]:
    """Both ways of one subject; a way that was not measured is not there."""
    config: dict[str, Any] = {}
    summary: dict[str, Any] = {}
    iterations: dict[str, Any] = {}
    judged: dict[str, Any] = {}
    for table in ways:
        way = METHODS[table.variant.implementation]
        rows = _rows(table, recreate=way == "destroy_recreate")
        if not rows:
            continue
        config = {
            "iterations": len(rows),
            "model": table.variant.weights,
            "audio": table.variant.dataset,
            "transcript": "",
            "inference_threads": int(table.variant.threads or 0),
        }
        iterations[way] = rows
        summary[way] = _summary(table, rows)
        rss = table.metrics["rss"].samples
        size = table.metrics.get("model_size", Series(0.0, ())).value
        leak = judge(rss, size)
        proved = "rss_growth_rate" in table.metrics  # not where the planted leak was misread
        judged[way] = {
            "verdict": str(leak.verdict) if proved else "invalid",
            "reason": leak.reason if proved else "a planted leak was not read as what it is.",
            "slope_bytes_per_iter": leak.slope.slope if leak.slope else None,
            "low_bytes_per_iter": leak.slope.low if leak.slope else None,
            "high_bytes_per_iter": leak.slope.high if leak.slope else None,
            "floor_bytes_per_iter": leak.floor,
        }
    return {"config": config, "summary": summary, "iterations": iterations, "soundmark": judged}


def _rows(table: Table, *, recreate: bool) -> list[dict[str, Any]]:
    columns = {
        key: [sample * factor for sample in table.metrics[metric].samples]
        for key, (metric, factor) in _COLUMNS.items()
        if metric in table.metrics
    }
    if not recreate:
        # The study's second way reads memory once, after the inference.
        columns["mem_after_infer_mb"] = columns.pop("mem_after_unload_mb", [])
    needed = {"mem_before_mb", "mem_after_unload_mb" if recreate else "mem_after_infer_mb"}
    if not needed <= columns.keys():
        return []
    n = min(len(values) for values in columns.values())
    rows = []
    for k in range(n):
        row: dict[str, Any] = {"iteration": k + 1, "alignment_result": ""}
        row |= {key: round(values[k], 4) for key, values in columns.items()}
        after = row["mem_after_unload_mb" if recreate else "mem_after_infer_mb"]
        if recreate and "mem_after_load_mb" in row:
            row["unload_release_mb"] = round(row["mem_after_load_mb"] - after, 4)
        row["net_leak_mb" if recreate else "net_growth_mb"] = round(after - row["mem_before_mb"], 4)
        rows.append(row)
    return rows


def _summary(table: Table, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The study's own formulas: last less first, and means."""
    recreate = "net_leak_mb" in rows[0]
    after = "mem_after_unload_mb" if recreate else "mem_after_infer_mb"
    net = "net_leak_mb" if recreate else "net_growth_mb"
    growth = rows[-1][after] - rows[0]["mem_before_mb"]
    found = {
        "initial_memory_mb": rows[0]["mem_before_mb"],
        "final_memory_mb": rows[-1][after],
        "memory_growth_mb": round(growth, 4),
        "growth_rate_mb_per_iter": round(growth / len(rows), 6),
        "avg_net_leak_mb" if recreate else "avg_net_growth_mb": _mean(rows, net),
    }
    if "first_token_time" in table.metrics:
        found["avg_ttft_ms"] = _mean(rows, "ttft_ms")
    if "characters_per_second" in table.metrics:
        found["avg_speed_chars_per_sec"] = _mean(rows, "gen_speed")
    return found


def _mean(rows: list[dict[str, Any]], key: str) -> float:
    return round(float(sum(float(row[key]) for row in rows)) / len(rows), 6)

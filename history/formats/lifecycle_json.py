"""Read and write the memory study's comparison: recreate against reuse, iteration by iteration.

Its growth rate is (last - first) / n with warm-up included, so growth is judged again from the
iterations. Its times of the first token and its speeds were taken after the call had returned and
are therefore not taken. Written are ``config``, ``summary`` and ``iterations`` under its names and
by its formulas, so that readers of either can read both; what is ours alone (slope, interval,
verdict) stands under ``soundmark``, in bytes, and times of the first token are the callback's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from history.formats import fields, newest_items, runs, suite_points
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed, Refused
from history.formats.outcomes import measured, storable_samples
from history.formats.put_out import put_json
from history.formats.suite_points import Series, Table
from history.report.wording import memory
from history.stats.leak import LeakVerdict, judge
from history.words.errors import ImportRefusedError, UsageError
from history.words.records import Invalid, Item, Measured, Outcome, Point, Variant

if TYPE_CHECKING:
    import duckdb

SUITE: Final = "lifecycle"
METHODS: Final = {"destroy_recreate": "recreate", "restart": "reuse"}
"""The study's name of a way -> ours."""
_OURS: Final = {way: method for method, way in METHODS.items()}
LONGEST: Final = 200
"""Characters the study keeps of an alignment."""
WARMUP: Final = 10
"""Iterations left out while caches and pools fill; with few, a tenth of them."""
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
"""The study's column -> our metric, and what one of our units is in its."""
_READ: Final = ("mem_before_mb", "mem_after_load_mb", "mem_after_infer_mb", "load_overhead_mb")
"""Columns that become a metric as they are."""
_DISTRUST: Final = (
    "times of the first token and speeds were taken after the call had returned: not trustworthy"
)


_Way = tuple[str, tuple[tuple[str, str], ...]]
"""Benchmark and variant."""


class LifecycleJson:
    """``alignment_comparison_results.json``."""

    name = "lifecycle-json"
    summary = 'JSON with "iterations" of "destroy_recreate" and "restart"'
    brings = Brings("memory and times, iteration by iteration", samples="yes")
    repeats_itself = True
    written = "the newest lifecycle run: memory over iterations"

    def recognise(self, head: str) -> bool:
        """Whether a method of the study and its memory readings are named."""
        keys = ('"config"', '"summary"')
        return all(key in head for key in keys) and (
            '"destroy_recreate"' in head or '"restart"' in head
        )

    def parse(self, text: str, name: str = "lifecycle-json") -> Parsed:
        """Memory series, growth and verdict of each method.

        Several subjects by name, as we write them, count too.
        """
        data = fields.load_json(text, name)
        if isinstance(data, dict) and "iterations" not in data:
            named = {key: one for key, one in data.items() if "iterations" in fields.table(one)}
            if named:
                return runs.merged([_parsed(one, name, key) for key, one in named.items()])
        return _parsed(data, name, "")

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """One object per subject and mode, under its name."""
        put_json(target, documents(newest(connection), said(connection)))


def _parsed(data: Any, name: str, subject: str) -> Parsed:  # noqa: ANN401 - checked here
    tables = data.get("iterations") if isinstance(data, dict) else None
    if not isinstance(tables, dict):
        raise ImportRefusedError(
            f'{name}: expected an object with "iterations", found {fields.shown(data)}.'
        )
    config = fields.table(data.get("config"))
    trusted = "soundmark" in data
    points: list[Point] = []
    refused: list[Refused] = []
    flagged: dict[str, None] = {}
    read = 0
    for method, rows in tables.items():
        count = len(rows) if isinstance(rows, list) else 1
        places = range(read + 1, read + count + 1)
        read += count
        if rows == []:
            flagged[f"{method}: no iterations"] = None
            continue
        try:
            way = METHODS.get(str(method), str(method))
            points += [*_points(way, rows, config, subject, trusted=trusted)]
        except RefuseError as error:
            refused += [Refused(place, f"{method}: {error}") for place in places]
            continue
        if not trusted and "ttft_ms" in rows[0]:
            flagged[_DISTRUST] = None
    return Parsed(
        points=tuple(points),
        rows_read=read,
        refused=tuple(refused),
        flagged=tuple(flagged),
    )


def _points(
    way: str,
    rows: Any,  # noqa: ANN401 - checked here
    config: dict[str, Any],
    subject: str,
    *,
    trusted: bool,
) -> Iterator[Point]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RefuseError(f"expected a list of objects, found {fields.shown(rows)}")
    after = "mem_after_unload_mb" if rows and "mem_after_unload_mb" in rows[0] else ""
    rss = _column(rows, after or "mem_after_infer_mb")
    if len(rss) < 2:
        raise RefuseError(f"growth needs at least two iterations, found {len(rss)}")
    kept = rss[min(WARMUP, len(rss) // 10) :]
    model, audio = (
        str(config.get(key, "")).replace("\\", "/").rsplit("/", 1)[-1] for key in ("model", "audio")
    )
    threads = config.get("inference_threads")
    benchmark, _, mode = (subject or "chatllm untrimmed").partition(" ")
    variant = Variant(
        implementation=way,
        device="cpu",
        threads="" if threads is None else str(threads),
        features=mode,
        weights=model,
        dataset=audio,
    )

    def point(metric: str, outcome: Outcome) -> Point:
        return Point(
            suite=SUITE, benchmark=benchmark, metric=metric, variant=variant, outcome=outcome
        )

    yield point("rss_growth_rate", rate(kept))
    yield point("rss_growth_naive", Measured(value=judge(rss).naive, n=len(rss)))
    yield point("rss_growth", Measured(value=rss[-1] - rss[0], n=len(rss)))
    yield point("rss", measured(rss))
    for column in _READ:
        if column in rows[0]:
            yield point(_COLUMNS[column][0], measured(_column(rows, column)))
    if after and "mem_after_infer_mb" in rows[0]:
        # The study's own counts what the inference had taken as kept back.
        used = _column(rows, "mem_after_infer_mb")
        gave = [before - now for before, now in zip(used, rss, strict=True)]
        yield point("unload_release", measured(gave))
    if trusted and "ttft_ms" in rows[0]:
        yield point("first_token_time", measured(_column(rows, "ttft_ms", 1e-3)))
    if trusted and "gen_speed" in rows[0]:
        yield point("characters_per_second", measured(_column(rows, "gen_speed", 1.0)))


def rate(rss: list[float]) -> Measured | Invalid:
    """Slope with interval and, where it is one, the verdict as a warning; bytes per iteration."""
    found = judge(rss)
    if found.slope is None:
        return Invalid(reason="a slope needs at least two iterations")
    return Measured(
        value=found.slope.slope,
        n=len(rss),
        aggregate="slope",
        low=found.slope.low,
        high=found.slope.high,
        interval="theil-sen",
        warnings=(
            (f"Verdict: {found.verdict}. {memory.of_leak(found)}",)
            if found.verdict is not LeakVerdict.NO_LEAK
            else ()
        ),
    )


def _column(rows: list[dict[str, Any]], name: str, factor: float = _MIB) -> list[float]:
    return storable_samples(fields.number(row.get(name), name) * factor for row in rows)


def newest(connection: duckdb.DuckDBPyConnection) -> tuple[Table, ...]:
    """What the newest lifecycle run measured. Raises UsageError when no way has its iterations."""
    tables = suite_points.newest(connection, SUITE).tables
    if not any(document(ways)["iterations"] for ways in groups(tables).values()):
        raise UsageError(
            "the newest lifecycle run has no memory of single iterations, recreated or reused.",
            hint="Run `soundmark collect lifecycle`.",
        )
    return tables


def said(connection: duckdb.DuckDBPyConnection) -> tuple[Item, ...]:
    """Output of the last iteration of each subject in the newest run, where there is any."""
    try:
        return newest_items.newest(connection, SUITE).items
    except UsageError:
        return ()


def documents(tables: Iterable[Table], said: Iterable[Item] = ()) -> dict[str, Any]:
    """``{"onnx_session trimmed": {config, summary, iterations, soundmark}, ...}``.

    With a single subject and mode the document itself, which is the study's file.
    """
    spoken = {(item.benchmark, item.variant.pairs()): item for item in said}
    made = {name: document(ways, spoken) for name, ways in groups(tables).items()}
    return next(iter(made.values())) if len(made) == 1 else made


def groups(tables: Iterable[Table]) -> dict[str, list[Table]]:
    """Ways of each subject and mode by its name, ``onnx_session trimmed``; the control left out."""
    found: dict[str, list[Table]] = {}
    for table in tables:
        if table.variant.implementation in _OURS and table.benchmark != "control":
            name = f"{table.benchmark} {table.variant.features}".strip()
            found.setdefault(name, []).append(table)
    return found


def document(
    ways: Iterable[Table], spoken: Mapping[_Way, Item] = MappingProxyType({})
) -> dict[str, Any]:
    """Both ways of one subject; a way that was not measured is not there."""
    config: dict[str, Any] = {}
    transcript = ""
    summary: dict[str, Any] = {}
    iterations: dict[str, Any] = {}
    judged: dict[str, Any] = {}
    for table in ways:
        way = _OURS[table.variant.implementation]
        rows = _rows(table, recreate=way == "destroy_recreate")
        if not rows:
            continue
        last = spoken.get((table.benchmark, table.variant.pairs()))
        if last is not None:
            rows[-1]["alignment_result"] = last.text[:LONGEST]
            transcript = str(last.facts.get("transcript", "")) or transcript
        config = {
            "iterations": len(rows),
            "model": table.variant.weights,
            "audio": table.variant.dataset,
            "transcript": transcript,
            "inference_threads": _threads(table.variant),
        }
        iterations[way] = rows
        summary[way] = _summary(table, rows)
        rss = table.metrics["rss"].samples
        size = table.metrics.get("model_size", Series(0.0, ())).value
        leak = judge(rss, size)
        proved = "rss_growth_rate" in table.metrics  # not where the planted leak was misread
        judged[way] = {
            "verdict": str(leak.verdict) if proved else "invalid",
            "reason": memory.of_leak(leak)
            if proved
            else "a planted leak was not read as what it is.",
            "slope_bytes_per_iter": leak.slope.slope if leak.slope else None,
            "low_bytes_per_iter": leak.slope.low if leak.slope else None,
            "high_bytes_per_iter": leak.slope.high if leak.slope else None,
            "floor_bytes_per_iter": leak.floor,
        }
    return {"config": config, "summary": summary, "iterations": iterations, "soundmark": judged}


def _threads(variant: Variant) -> int:
    """0 where they were not counted, as in an imported ``auto``."""
    return int(variant.threads) if variant.threads.isdecimal() else 0


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

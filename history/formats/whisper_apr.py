"""Read what whisper.apr publishes: ``baseline.json``, and the tables of its captured golden traces.

The trace itself, which may stand behind the tables, lists system calls without any time, so it is
no measurement. Limits of the baseline are none either: they belong into the configuration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from history.formats import by_unit, fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, LeftOut, Parsed
from history.words.errors import ImportRefusedError
from history.words.metrics import Direction
from history.words.records import Measured, Point, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "golden-trace"
_PROGRAM: Final = Variant(implementation="whisper.apr")
_BASELINE: Final = re.compile(r'"(?:tiny|base|small|medium|large)[a-z0-9_]*_model"\s*:\s*\{')
_TABLES: Final = "Whisper.apr - Model Format Comparison"
_TRACE: Final = '"format": "renacer-json-v1"'
_LIMITS: Final = {"latency_targets": "latency", "throughput_targets": "throughput"}
_BASE: Final = {
    "rtf": ("rtf", "x"),
    "memory_mb": ("memory", "MB"),
    "load_time_ms": ("load_time", "ms"),
    "first_token_ms": ("first_token_time", "ms"),
    "wer": ("wer", "x"),
    "wasm_compile_ms": ("wasm_compile_time", "ms"),
    "simd_speedup": ("simd_speedup", "x"),
}
"""Key of the baseline -> metric and unit, which stands in the key."""
_HIGHER: Final = {"simd_speedup"}
_FACTS: Final = {"threads_supported": "a fact of the browser"}
_TITLES: Final = ("FILE SIZE COMPARISON", "LOADING PERFORMANCE", "FIRST TOKEN LATENCY")
_PARTS: Final = {
    "Mel Spectrogram (1s audio)": "mel_time",
    "Encoder": "encoder_time",
    "Decoder (1 step)": "decode_step_time",
    "Total First Token Latency": "first_token_time",
}
_QUANTITY: Final = re.compile(r"([0-9.]+)\s*(ms|s|µs|us|kB|KB|MB|GB)")
_COLUMNS: Final = {
    "FILE SIZE COMPARISON": ("model_size",),
    "LOADING PERFORMANCE": ("file_read_time", "parse_time", "load_time"),
}


@dataclass(frozen=True)
class _Row:
    """One line of a table, or one object of the baseline."""

    line: int
    title: str
    cells: tuple[str, ...]


class WhisperApr:
    """``baseline.json``, or the console text that a golden trace was captured with."""

    name = "whisper-apr"
    summary = 'baseline.json of whisper.apr with "tiny_model", or text of its format comparison'
    brings = Brings("rtf, memory, load and first token times, wer; sizes and stages")
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether it is a baseline, the text of a comparison, or a trace alone."""
        is_baseline = '"benchmarks"' in head and _BASELINE.search(head) is not None
        return is_baseline or _TABLES in head or _TRACE in head

    def parse(self, text: str, name: str = "whisper-apr") -> Parsed:
        """Every number that was measured; limits and facts are left out and counted.

        Raises ImportRefusedError for a trace without tables: it holds no times.
        """
        if _TABLES in text:
            return _tables(text)
        if _TRACE in text:
            raise ImportRefusedError(
                f"{name}: expected times, found a trace of system calls, which has none.",
                hint="Import the text of the comparison that was captured with it.",
            )
        return _baseline(fields.table(fields.load_json(text, name)), name)


def _baseline(data: dict[str, Any], name: str) -> Parsed:
    models, browsers = (fields.table(data.get(key)) for key in ("benchmarks", "browser_benchmarks"))
    if not models:
        raise ImportRefusedError(
            f'{name}: expected "benchmarks" with an object for each model, found'
            f" {fields.shown(data)}."
        )
    rows = [
        (about, key, value)
        for about, group in [*models.items(), *browsers.items()]
        for key, value in (group.items() if isinstance(group, dict) else [("", group)])
    ]
    limits = [
        (f"{group}.{key}", value)
        for group in _LIMITS
        for key, value in fields.table(data.get(group)).items()
    ]
    left_out = [
        LeftOut(place, f"{row[1]}: {_FACTS[row[1]]}, no measurement")
        for place, row in enumerate(rows, start=1)
        if row[1] in _FACTS
    ]
    first = len(rows) + 1
    left_out += [
        LeftOut(place, "a limit, no measurement: write it as a [[target]] into soundmark.toml")
        for place, _ in enumerate(limits, start=first)
    ]
    kept = [(place, row) for place, row in enumerate(rows, start=1) if row[1] not in _FACTS]
    points, refused = fields.take(
        [row for _, row in kept],
        lambda row: _stated(*row),
        numbers=[place for place, _ in kept],
    )
    return Parsed(
        points=tuple(points),
        rows_read=len(rows) + len(limits),
        refused=tuple(refused),
        left_out=tuple(left_out),
    )


def _stated(about: str, key: str, value: object) -> Iterator[Point]:
    if not key:
        raise RefuseError(f'"{about}": expected an object of numbers, found {fields.shown(value)}')
    if key not in _BASE:
        raise RefuseError(f'"{about}": "{key}" is not known, and its unit is not stated')
    metric, unit = _BASE[key]
    yield _point(about, metric, unit, fields.number(value, f'"{about}": {key}'))


def _tables(text: str) -> Parsed:
    rows = list(_lines(text))
    points, refused = fields.take(rows, _of_row, numbers=[row.line for row in rows])
    return Parsed(points=tuple(points), rows_read=len(rows), refused=tuple(refused))


def _lines(text: str) -> Iterator[_Row]:
    """Lines of the three tables below their heads; the trace behind them is not looked at."""
    title = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("{"):
            return
        if not line.startswith("│"):
            continue
        cells = tuple(cell.strip() for cell in line.strip("│ ").split("│"))
        found = next((one for one in _TITLES if one == cells[0]), "")
        if found:
            title = found
        elif title and cells[0] != "Format":
            yield _Row(number, title, cells)


def _of_row(row: _Row) -> Iterator[Point]:
    label, *cells = row.cells
    if row.title == "FIRST TOKEN LATENCY":
        if label not in _PARTS:
            raise RefuseError(f'"{label}" is no known part of the first token')
        yield _quantity("first-token", _PARTS[label], cells[0] if cells else "")
        return
    metrics = _COLUMNS[row.title]
    if len(cells) < len(metrics):
        raise RefuseError(f'"{label}": expected {len(metrics) + 1} columns, found {len(row.cells)}')
    for metric, cell in zip(metrics, cells, strict=False):
        yield _quantity("format", metric, cell, {"format": label})


def _quantity(
    benchmark: str, metric: str, cell: str, params: dict[str, str] | None = None
) -> Point:
    found = _QUANTITY.fullmatch(cell)
    if found is None:
        raise RefuseError(f"{metric}: expected a number with its unit, found {fields.shown(cell)}")
    return _point(benchmark, metric, found[2], fields.number(found[1], metric), params)


def _point(
    benchmark: str, metric: str, unit: str, value: float, params: dict[str, str] | None = None
) -> Point:
    kind = by_unit.named(metric, unit)
    return Point(
        suite=SUITE,
        benchmark=benchmark,
        metric=kind.metric,
        params=params or {},
        variant=_PROGRAM,
        unit=kind.unit,
        direction=Direction.HIGHER if metric in _HIGHER else kind.direction,
        outcome=Measured(value=value * kind.factor, n=1),
    )

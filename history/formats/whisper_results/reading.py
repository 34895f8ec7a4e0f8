"""Read what the Whisper-on-ONNX-Runtime benchmarks write: per file, in summary, and as a matrix.

``inference_per_file`` as JSON or CSV, ``inference_summary.json`` in its several spellings, and the
``RESULTS.csv`` and ``summary_table.csv`` of the container comparison.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Parsed, Refused
from history.formats.outcomes import measured
from history.formats.whisper_results.columns import OURS, PER_FILE, SUITE
from history.words.errors import ImportRefusedError
from history.words.records import Item, Measured, Point, Variant

BENCHMARK: Final = "transcribe"
_TEXTS: Final = ("text_sha256", "token_ids")
_NUMBERS: Final = ("tokens", "chunks", "padded_s")
"""Further facts of a file in ours."""

_SUMMARY: Final = {
    "latency_end_to_end_s": "end_to_end_time",
    "latency_model_only_s": "model_only_time",
    "rtf_end_to_end": "rtf",
    "rtf_model": "model_rtf",
}
_BREAKDOWN: Final = {
    "load_s": "audio_load_time",
    "preprocess_s": "preprocess_time",
    "model_only_s": "model_only_time",
    "decode_s": "detokenize_time",
}
SUMMARY: Final = "inference_per_file (JSON or CSV), inference_summary.json, RESULTS.csv"
_FILE_HEADER: Final = {"file", "duration_s", "end_to_end_s"}
_MATRIX_HEADER: Final = {"implementation", "precision", "time_s", "ram_mb"}


def recognise(head: str) -> bool:
    """Whether it is one of the five files."""
    first = set(head.lstrip("\ufeff").partition("\n")[0].strip().split(","))
    if first >= _FILE_HEADER or first >= _MATRIX_HEADER:
        return True
    if head.lstrip().startswith("["):
        return all(f'"{key}"' in head for key in ("file", "duration_s", "end_to_end_s"))
    return '"latency_end_to_end_s"' in head and '"n_files"' in head


def parse(text: str, name: str = "whisper-results", folder: str = "") -> Parsed:
    """Points, and items where there are files; ``folder`` names the implementation."""
    start = text.lstrip("\ufeff \n")[:1]
    if start == "[":
        return _per_file(fields.load_json(text, name), folder)
    if start == "{":
        return _summary(fields.load_json(text, name), name, folder)
    rows = list(csv.DictReader(io.StringIO(text)))
    columns = set(rows[0]) if rows else set()
    if columns >= _FILE_HEADER:
        return _per_file(rows, folder)
    if columns >= _MATRIX_HEADER:
        return _matrix(rows)
    raise ImportRefusedError(f"{name}: expected {SUMMARY}.")


def _per_file(rows: list[Any], folder: str) -> Parsed:
    """Every file is an item; the benchmark is the sum over the files."""
    items, refused = fields.take(rows, lambda row: (_item(row, folder),))
    once = all(len(item.samples["end_to_end_time"]) == 1 for item in items)
    flagged = ["one run of each file: no spread can be told"] if items and once else []
    return Parsed(
        points=tuple(_totals(items)),
        items=tuple(items),
        rows_read=len(rows),
        refused=tuple(refused),
        flagged=tuple(flagged),
    )


def _item(row: Any, folder: str) -> Item:  # noqa: ANN401 - checked here
    if not isinstance(row, dict) or not isinstance(row.get("file"), str):
        raise RefuseError('expected an object with "file"')
    ours = isinstance(row.get("variant"), dict)
    values = {
        metric: fields.number(row[key], key)
        for key, metric in (OURS if ours else PER_FILE).items()
        if row.get(key) not in {None, ""}
    }
    if "end_to_end_time" not in values:
        raise RefuseError('expected "end_to_end_s"')
    duration = fields.number(row.get("duration_s"), "duration_s")
    return Item(
        suite=SUITE,
        benchmark=BENCHMARK,
        item=_name(row["file"]),
        params={str(key): str(one) for key, one in fields.table(row.get("params")).items()},
        variant=fields.variant_of(row["variant"]) if ours else Variant(implementation=folder),
        facts={"duration_s": duration, **_facts(row)},
        values=values,
        samples=_samples(row, values, duration),
        fingerprint=str(row.get("fingerprint") or ""),
        text=str(row.get("text") or ""),
    )


def _name(file: str) -> str:
    """A path inside the folder of audio as it is, of any other path the last part."""
    path = PurePosixPath(file.replace("\\", "/"))
    if not path.name:
        raise RefuseError(f'file: expected a name, found "{file[:40]}"')
    outside = path.is_absolute() or ".." in path.parts or ":" in path.parts[0]
    return path.name if outside else str(path)


def _facts(row: dict[str, Any]) -> dict[str, float | int | str]:
    found: dict[str, float | int | str] = {
        key: str(row[key]) for key in _TEXTS if isinstance(row.get(key), str)
    }
    for key in _NUMBERS:
        if row.get(key) not in {None, ""}:
            value = fields.number(row[key], key)
            found[key] = value if key.endswith("_s") else int(value)
    return found


def _samples(
    row: dict[str, Any], values: dict[str, float], duration: float
) -> dict[str, tuple[float, ...]]:
    """Repeats where the file has them, as ours do, else the value alone."""
    names = {metric: key for key, metric in (*PER_FILE.items(), *OURS.items())}
    found = {
        metric: fields.numbers(row.get(f"{names[metric]}_repeats"), f"{names[metric]}_repeats")
        or (value,)
        for metric, value in values.items()
    }
    total = found["end_to_end_time"]
    if "rtf" in found and duration > 0 and len(total) > 1:
        found["rtf"] = tuple(time / duration for time in total)
    return {metric: times for metric, times in found.items() if len(times) == len(total)}


def _totals(items: list[Item]) -> Iterator[Point]:
    if not items:
        return
    first = items[0]
    audio = sum(float(item.facts["duration_s"]) for item in items)
    params = first.params or {"files": str(len(items))}

    def point(metric: str, outcome: Measured) -> Point:
        return Point(
            suite=SUITE,
            benchmark=BENCHMARK,
            metric=metric,
            params=params,
            variant=first.variant,
            outcome=outcome,
        )

    for metric in dict.fromkeys((*PER_FILE.values(), *OURS.values())):
        if metric in {"rtf", "tokens_per_second"}:
            continue
        if all(metric in item.values for item in items):
            yield point(metric, _sum(items, metric))
    if all("tokens" in item.facts for item in items):
        tokens = sum(float(item.facts["tokens"]) for item in items)
        yield point("tokens", Measured(value=tokens, n=1))
    if audio > 0:
        yield point("rtf", _sum(items, "end_to_end_time", divided_by=audio))


def _sum(items: list[Item], metric: str, divided_by: float = 1.0) -> Measured:
    """Over files: repeat by repeat where all have equally many, else of their values."""
    rows = [item.samples.get(metric, ()) for item in items]
    if len(rows[0]) > 1 and len({len(row) for row in rows}) == 1:
        return measured([sum(times) / divided_by for times in zip(*rows, strict=True)])
    total = sum(item.values[metric] for item in items)
    aggregate = "sum" if len(items) > 1 else "value"
    return Measured(value=total / divided_by, n=1, aggregate=aggregate)


def _summary(data: Any, name: str, folder: str) -> Parsed:  # noqa: ANN401 - checked here
    if not isinstance(data, dict) or "latency_end_to_end_s" not in data:
        raise ImportRefusedError(f'{name}: expected "latency_end_to_end_s".')
    config = fields.table(data.get("config_used"))
    threads = next(
        (config[key] for key in ("intra_op", "ORT_INTRA_OP", "cpu_threads") if key in config), ""
    )
    variant = Variant(
        implementation=folder,
        precision={"float32": "fp32"}.get(
            str(config.get("compute_type", "")), str(config.get("compute_type", ""))
        ),
        threads=str(threads),
        features="spin" if config.get("allow_spinning") is True else "",
        weights=str(data.get("model_id", "")),
    )
    count = data.get("n_files")
    n = count if isinstance(count, int) and count > 0 else 1
    found = {metric: data.get(key) for key, metric in _SUMMARY.items()}
    breakdown = fields.table(data.get("breakdown_s"))
    for key, metric in _BREAKDOWN.items():
        found[metric] = found.get(metric) or breakdown.get(key)
    points: list[Point] = []
    refused: list[Refused] = []
    for metric, table in found.items():
        if not isinstance(table, dict):
            continue
        try:
            outcome = Measured(
                value=fields.number(table.get("median"), f"{metric}.median"),
                n=n,
                aggregate="median",
                minimum=fields.number(table.get("min"), f"{metric}.min"),
                maximum=fields.number(table.get("max"), f"{metric}.max"),
            )
        except RefuseError as error:
            refused.append(Refused(1, str(error)))
            continue
        points.append(
            Point(
                suite=SUITE, benchmark="summary", metric=metric, variant=variant, outcome=outcome,
                params={"files": str(n)},
            )
        )  # fmt: skip
    # Percentiles of so few files are one of the files: they are not taken.
    flagged = ["percentiles of fewer than 20 files were left out"] if n < 20 else []
    return Parsed(points=tuple(points), rows_read=1, refused=tuple(refused), flagged=tuple(flagged))


def _matrix(rows: list[dict[str, str]]) -> Parsed:
    """One row per implementation: wall time of the container, and its peak memory."""
    points, refused = fields.take(rows, _matrix_points, first=2)
    return Parsed(
        points=tuple(points),
        rows_read=len(rows),
        refused=tuple(refused),
        flagged=("time_s covers the start of the program too", "one run behind every row"),
    )


def _matrix_points(row: dict[str, str]) -> Iterator[Point]:
    variant = Variant(
        implementation=row["implementation"].strip(), precision=row["precision"].strip()
    )
    params = {
        key: row[column].strip()
        for key, column in (
            ("cores", "core_count"), ("memory_gb", "memory_gb"), ("beam", "beam_size"),
        )
        if (row.get(column) or "").strip()
    }  # fmt: skip
    for metric, column, factor in (("wall_time", "time_s", 1.0), ("peak_rss", "ram_mb", 2.0**20)):
        value = fields.number(row[column], column)
        if value <= 0:
            raise RefuseError(f"{column}: expected more than 0, found {row[column]}")
        yield Point(
            suite=SUITE, benchmark="container", metric=metric, params=params, variant=variant,
            outcome=Measured(value=value * factor, n=1),
        )  # fmt: skip

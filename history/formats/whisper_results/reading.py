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
from history.formats.outcomes import compare_ratio, measured
from history.formats.whisper_results.columns import OURS, PER_FILE, SUITE
from history.formats.whisper_results.listed import Listed, copies, named, together
from history.words import totals
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
_LONGEST_CELL: Final = 2**30
"""Characters; a transcript stands in one cell."""
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
    rows, header = _table(text, name)
    if header >= _FILE_HEADER:
        return _per_file(rows, folder, first=2)
    if header >= _MATRIX_HEADER:
        return _matrix(rows)
    raise ImportRefusedError(f"{name}: expected {SUMMARY}.")


def _table(text: str, name: str) -> tuple[list[Any], set[str]]:
    """Rows of CSV and their header; a row of another length is the list of its cells."""
    csv.field_size_limit(_LONGEST_CELL)
    try:
        lines = [cells for cells in csv.reader(io.StringIO(text.lstrip("\ufeff"))) if cells]
    except csv.Error as error:
        raise ImportRefusedError(f"{name}: expected CSV, found a mistake: {error}.") from None
    header = lines[0] if lines else []
    rows = [
        dict(zip(header, cells, strict=True)) if len(cells) == len(header) else cells
        for cells in lines[1:]
    ]
    return rows, set(header)


def _per_file(rows: list[Any], folder: str, first: int = 1) -> Parsed:
    """Every file is an item; for each way of transcribing the benchmark is the sum of its files."""
    flagged: dict[str, None] = {}
    left_out = copies(rows, first)
    copied = {one.row for one in left_out}

    def made_of(numbered: tuple[int, Any]) -> Iterator[Listed]:
        number, row = numbered
        if number not in copied:
            yield Listed(_item(row, folder, flagged))

    listed, refused = fields.take(enumerate(named(rows), start=first), made_of, first)
    items = together(listed, flagged)
    ways: dict[object, list[Item]] = {}
    for item in items:
        ways.setdefault((tuple(sorted(item.params.items())), item.variant), []).append(item)
    if items and all(len(item.samples["end_to_end_time"]) == 1 for item in items):
        flagged["one run of each file: no spread can be told"] = None
    return Parsed(
        points=tuple(point for found in ways.values() for point in _totals(found, flagged)),
        items=tuple(items),
        rows_read=len(rows),
        left_out=left_out,
        refused=tuple(refused),
        flagged=tuple(flagged),
    )


def _item(row: Any, folder: str, flagged: dict[str, None]) -> Item:  # noqa: ANN401 - checked here
    _check_cells(row)
    if not isinstance(row, dict) or not isinstance(row.get("file"), str):
        raise RefuseError(f'expected an object with "file", found {fields.shown(row)}')
    ours = isinstance(row.get("variant"), dict)
    names = {
        key: metric for key, metric in (OURS if ours else PER_FILE).items() if _given(row, key)
    }
    values = {metric: fields.number(row[key], key) for key, metric in names.items()}
    if "end_to_end_time" not in values:
        raise RefuseError(f'expected "end_to_end_s", found {fields.shown(row)}')
    duration = fields.number(row.get("duration_s"), "duration_s")
    samples = _samples(row, names, values, flagged)
    if "rtf" in values:
        stated = values.pop("rtf")
        del samples["rtf"]
        if duration > 0:
            values["rtf"] = values["end_to_end_time"] / duration
            samples["rtf"] = tuple(time / duration for time in samples["end_to_end_time"])
            parts = "end_to_end_s and duration_s"
            compare_ratio("rtf", stated, values["rtf"], parts, flagged)
        else:
            flagged["audio of no length has no real-time factor"] = None
    return Item(
        suite=SUITE,
        benchmark=BENCHMARK,
        item=_name(row["file"]),
        params={str(key): str(one) for key, one in fields.table(row.get("params")).items()},
        variant=fields.variant_of(row["variant"]) if ours else Variant(implementation=folder),
        facts={"duration_s": duration, **_facts(row)},
        values=values,
        samples=samples,
        fingerprint=str(row.get("fingerprint") or ""),
        text=str(row.get("text") or ""),
    )


def _check_cells(row: Any) -> None:  # noqa: ANN401 - checked here
    """Raise RefuseError for a row of CSV that has more or fewer cells than the header."""
    if isinstance(row, list):
        raise RefuseError(f"expected as many cells as the header has, found {len(row)}")


def _given(row: dict[str, Any], key: str) -> bool:
    return row.get(key) is not None and row[key] != ""


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
        if _given(row, key):
            value = fields.number(row[key], key)
            found[key] = value if key.endswith("_s") else int(value)
    return found


def _samples(
    row: dict[str, Any], names: dict[str, str], values: dict[str, float], flagged: dict[str, None]
) -> dict[str, tuple[float, ...]]:
    """Repeats where the file has them, as ours do, else the value alone."""
    found = {
        metric: fields.numbers(row.get(f"{key}_repeats"), f"{key}_repeats") or (values[metric],)
        for key, metric in names.items()
    }
    repeats = len(found["end_to_end_time"])
    for metric, times in found.items():
        if len(times) not in {1, repeats}:
            flagged[f"{metric} has another number of repeats than end_to_end_time"] = None
    return found


def _totals(items: list[Item], flagged: dict[str, None]) -> Iterator[Point]:
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
        have = [item for item in items if metric in item.values]
        if 0 < len(have) < len(items):
            flagged[f"{metric} is missing for some files and has no total"] = None
        if metric not in {"rtf", "tokens_per_second"} and len(have) == len(items):
            yield point(metric, _sum(items, metric))
    if all("tokens" in item.facts for item in items):
        tokens = sum(float(item.facts["tokens"]) for item in items)
        yield point("tokens", Measured(value=tokens, n=1))
    if audio > 0:
        yield point("rtf", _sum(items, "end_to_end_time", divided_by=audio))
    rate = _tokens_per_second(items)
    if rate is not None:
        yield point("tokens_per_second", Measured(value=rate, n=1))


def _tokens_per_second(items: list[Item]) -> float | None:
    """Tokens of all files over the time that their own rates say; None where one has no rate."""
    rates = [item.values.get("tokens_per_second", 0.0) for item in items]
    parts = [{"tokens": float(item.facts.get("tokens", 0.0))} for item in items]
    if not all(rates) or not all(part["tokens"] for part in parts):
        return None
    return totals.total(totals.rule("tokens_per_second"), rates, parts)


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
    odd: list[str] = []
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
            odd.append(f"{error}; {metric} was left out")
            continue
        points.append(
            Point(
                suite=SUITE, benchmark="summary", metric=metric, variant=variant, outcome=outcome,
                params={"files": str(n)},
            )
        )  # fmt: skip
    # Percentiles of so few files are one of the files: they are not taken.
    few = ["percentiles of fewer than 20 files were left out"] if n < 20 else []
    refused = () if points else (Refused(1, odd[0] if odd else "no median of any time"),)
    return Parsed(points=tuple(points), rows_read=1, refused=refused, flagged=(*odd, *few))


def _matrix(rows: list[Any]) -> Parsed:
    """One row per implementation: wall time of the container, and its peak memory."""
    machine = next((row.get("sut_name", "") for row in rows if isinstance(row, dict)), "")
    points, refused = fields.take(rows, lambda row: _matrix_points(row, machine), first=2)
    return Parsed(
        points=tuple(points),
        rows_read=len(rows),
        refused=tuple(refused),
        flagged=("time_s covers the start of the program too", "one run behind every row"),
    )


def _matrix_points(row: Any, machine: str) -> Iterator[Point]:  # noqa: ANN401 - checked here
    _check_cells(row)
    if row.get("sut_name", "") != machine:
        raise RefuseError("sut_name: another machine than in the first row; import it by itself")
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

"""Write transcriptions in the files of the public Whisper-on-ONNX-Runtime benchmark.

``inference_per_file.csv|json``, ``inference_summary.json`` and one ``<file>.transcript.txt`` for
each file, under the field names of KrArunT/whisper-rust-ort, so that readers of either program can
read both; what is ours alone comes under further keys. Times are in seconds.
"""

from __future__ import annotations

import csv
import hashlib
import io
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from history import sql
from history.formats import file_names
from history.formats import newest_items as stored
from history.formats.whisper_results.columns import STAGES, SUITE
from history.words.errors import UsageError
from history.words.records import HARDWARE, Item, Variant

if TYPE_CHECKING:
    import duckdb

PUBLIC: Final = ("file", "duration_s", "end_to_end_s", "rtf", "text")
"""Columns of the origin program, in its order; ours follow."""

COLUMNS: Final = (*PUBLIC, *STAGES, "tokens", "tokens_per_s", "repeats", "text_sha256")

FACTS: Final = ("chunks", "padded_s", "token_ids")
"""What is said about a file beside its times; in the JSON file alone."""

CONFIG: Final = (
    "intra_op",
    "inter_op",
    "execution_mode",
    "graph_opt",
    "cpu_mem_arena",
    "mem_pattern",
    "allow_spinning",
    "provider",
)
"""Facts of the process that make up ``config_used``."""

THREADS: Final = (
    "affinity",
    "cores in force",
    "cpuset",
    "limit",
    "limited by",
    "threads in force",
    "torch threads",
    "asked OMP_NUM_THREADS",
    "asked OMP_WAIT_POLICY",
    "asked OMP_DYNAMIC",
    "asked GOMP_SPINCOUNT",
    "asked MKL_NUM_THREADS",
    "asked OPENBLAS_NUM_THREADS",
)
"""Facts of the process that decide how many threads work, and where."""

_NAMED_BY: Final = ("implementation", "precision", "threads", "device", "features")
"""Fields of a variant in the name of its folder: ``own-loop-fp32-2t-cpu-spin``."""
P90_FILES, P95_FILES = 10, 20
"""Fewer files have no such percentile; the origin program printed one of a single file."""

Line = dict[str, Any]


def lines(items: Iterable[Item]) -> list[Line]:
    """One record per file that was transcribed, in order of name; times with their repeats."""
    chosen = sorted(items, key=lambda item: item.item)
    return [_line(item) for item in chosen if "end_to_end_time" in item.values]


def _line(item: Item) -> Line:
    times = {key: item.values.get(metric) for key, metric in STAGES.items()}
    total = item.samples.get("end_to_end_time", ())
    return {
        "file": item.item,
        "duration_s": float(item.facts["duration_s"]),
        "end_to_end_s": item.values["end_to_end_time"],
        "rtf": item.values.get("rtf"),
        "text": item.text,
        **times,
        "tokens": int(item.facts.get("tokens", 0)),
        "tokens_per_s": item.values.get("tokens_per_second"),
        "repeats": len(total),
        "text_sha256": str(
            item.facts.get("text_sha256") or hashlib.sha256(item.text.encode()).hexdigest()
        ),
        "end_to_end_s_repeats": list(total),
        **{
            f"{key}_repeats": list(item.samples[metric])
            for key, metric in STAGES.items()
            if metric in item.samples
        },
        **{key: item.facts[key] for key in FACTS if key in item.facts},
        "fingerprint": item.fingerprint,
        "params": dict(item.params),
        "variant": dict(item.variant.pairs()),
    }


def per_file_csv(records: Sequence[Line]) -> str:
    """Header and one row per file; texts are quoted where they need it and may span lines."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for one in records:
        writer.writerow({key: "" if one[key] is None else one[key] for key in COLUMNS})
    return out.getvalue()


def summary(
    records: Sequence[Line],
    items: Sequence[Item],
    facts: Mapping[str, Any],
    hardware: Mapping[str, Any] = MappingProxyType({}),
) -> Line:
    """What the origin program writes beside the files, made from the files' own aggregates.

    ``facts``: what was in force in the process, ``hardware``: in what machine; what is missing
    there is left out.
    """
    first = items[0]
    seconds = sum(one["duration_s"] for one in records)
    return {
        "config_used": {key: facts[key] for key in CONFIG if key in facts},
        "cpu": {key.replace(" ", "_"): value for key, value in sorted(hardware.items())},
        "threads": {
            key.removeprefix("asked ").replace(" ", "_"): value
            for key, value in sorted(facts.items())
            if key in THREADS
        },
        "n_files": len(records),
        "latency_end_to_end_s": _statistics([one["end_to_end_s"] for one in records]),
        "latency_model_only_s": _statistics(_known(records, "model_only_s")),
        "breakdown_s": {
            "load_s": sum(_known(records, "load_s")),
            "preprocess_s": sum(_known(records, "preprocess_s")),
            "decode_s": sum(_known(records, "detok_s")),
            "model_only_s": sum(_known(records, "model_only_s")),
        },
        "rtf_end_to_end": _ratio(sum(one["end_to_end_s"] for one in records), seconds),
        "rtf_model": _ratio(sum(_known(records, "model_only_s")), seconds),
        "model_id": first.variant.weights,
        "onnx_dir": first.params.get("model", ""),
        "language": facts.get("language", first.params.get("language", "")),
        "task": facts.get("task", first.params.get("task", "")),
        "max_new_tokens": facts.get("max_new_tokens", 0),
        "timestamps": bool(facts.get("timestamps", False)),
        "num_beams": 1,
        "implementation": first.variant.implementation,
        "precision": first.variant.precision,
        "variant": dict(first.variant.pairs()),
        "notes": _notes(records, first),
    }


def write(
    folder: Path,
    items: Sequence[Item],
    facts: Mapping[str, Any],
    hardware: Mapping[str, Any] = MappingProxyType({}),
) -> int:
    """Write everything about one way of transcribing. Returns the number of files."""
    records = lines(items)
    if not records:
        raise UsageError("none of the files was transcribed, so there is nothing to write.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "inference_per_file.json").write_bytes(_pretty(records))
    (folder / "inference_per_file.csv").write_text(per_file_csv(records), encoding="utf-8")
    told = summary(records, items, facts, hardware)
    (folder / "inference_summary.json").write_bytes(_pretty(told))
    for one in records:
        (folder / transcript_name(one["file"])).write_text(one["text"] + "\n", encoding="utf-8")
    return len(records)


def transcript_name(file: str) -> str:
    """``b/one.wav`` -> ``b_one.transcript.txt``: no name leads out of the folder."""
    path = Path(file)
    kept = "_".join(part for part in path.with_suffix("").parts if part not in {"..", "/"})
    return f"{kept}.transcript.txt"


def facts_for(environment: Mapping[str, Mapping[str, Any]], way: Variant) -> Mapping[str, Any]:
    """The recorded facts of the process of a way of transcribing; empty when there are none."""
    wanted = {way.runtime, f"{way.threads}t", *(part for part in way.features.split("+") if part)}
    if way.runtime == "onnxruntime":
        wanted.add(way.precision)
    for group, facts in environment.items():
        suite, _, process = group.partition("/")
        if suite == SUITE and set(process.split("-")) == wanted:
            return facts
    return {}


def environment_of(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, dict[str, Any]]:
    """What was in force in a run, by group: ``whisper/onnxruntime-1t-fp32`` is a process."""
    row = connection.execute(sql.query("export_environment"), {"run_id": run_id}).fetchone()
    found = msgspec.json.decode(row[0], type=dict[str, Any]) if row else {}
    return {group: facts for group, facts in found.items() if isinstance(facts, dict)}


def _known(records: Sequence[Line], key: str) -> list[float]:
    return [float(one[key]) for one in records if one[key] is not None]


def _ratio(spent_s: float, audio_s: float) -> float | None:
    """None for audio of no length, which has no real-time factor."""
    return spent_s / audio_s if audio_s > 0 else None


def _statistics(values: Sequence[float]) -> dict[str, float | None]:
    if not values:
        return {}
    return {
        "min": min(values),
        "median": statistics.median(values),
        "p90": float(np.quantile(values, 0.9)) if len(values) >= P90_FILES else None,
        "p95": float(np.quantile(values, 0.95)) if len(values) >= P95_FILES else None,
        "max": max(values),
        "mean": statistics.fmean(values),
    }


def _notes(records: Sequence[Line], item: Item) -> str:
    repeats = max(one["repeats"] for one in records)
    parts = [f"Times are aggregates of {repeats} repeats; texts are of the last one."]
    if len(records) < P95_FILES:
        parts.append(f"p90 needs {P90_FILES} files and p95 {P95_FILES}; here are {len(records)}.")
    if item.variant.weights.startswith("synthetic"):
        parts.append("Weights are synthetic: the texts mean nothing.")
    return " ".join(parts)


def _pretty(value: Any) -> bytes:  # noqa: ANN401 - any record
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def write_newest(connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
    """Write the newest run. Raises UsageError without a folder, since several files are written."""
    if target is None or target.is_file():
        raise UsageError(
            "whisper-results: expected a folder to write several files to.",
            hint="Name it: `soundmark export whisper-results -o results/benchmarks`.",
        )
    found = stored.newest(connection, SUITE)
    environment = environment_of(connection, found.run_id)
    ways: dict[Variant, list[Item]] = {}
    for item in found.items:
        ways.setdefault(item.variant, []).append(item)
    folders = file_names.of_variants(ways, _NAMED_BY)
    for way, items in ways.items():
        folder = target if len(ways) == 1 else target / folders[way]
        write(folder, items, facts_for(environment, way), environment.get(HARDWARE, {}))

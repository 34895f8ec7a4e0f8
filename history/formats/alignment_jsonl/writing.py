"""Write alignment results in the field names of the public ``alignment_report`` program.

One JSON object per utterance and line, times in milliseconds with all repeats, beside a
``.summary.json``. Readers of either program can read both; what is ours alone comes under further
keys. Source of the schema: ``perf_report_formatter.rs`` of Djoe-Denne/wav2vec2-rs, version 1.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from history.formats import file_names
from history.formats import newest_items as stored
from history.formats.put_out import put
from history.words.errors import UsageError
from history.words.records import Item, Variant

if TYPE_CHECKING:
    import duckdb

SCHEMA_VERSION: Final = 1
FRAME_STRIDE_MS: Final = 20.0

STAGES: Final = ("forward", "post", "dp", "group", "conf")
REPEATED: Final = (*STAGES, "align", "total")
"""Written as ``<name>_ms`` and ``<name>_ms_repeats``; our metric is ``<name>_time``."""
RATIOS: Final = {"align_ms_per_ts": "align_time_per_ts", "align_ms_per_t": "align_time_per_t"}

_NAMED_BY: Final = ("runtime", "implementation", "device", "threads", "features")
_DTYPES: Final = {"fp32": "f32", "fp16": "f16", "bf16": "bf16", "int8": "i8"}
_SIZES: Final = {"num_frames_t": "frames", "state_len": "states", "ts_product": "ts_product"}
_AGGREGATES: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "median": statistics.median,
    "mean": statistics.fmean,
}

Line = dict[str, Any]


def lines(items: Iterable[Item], *, commit: str = "", run_id: str = "") -> list[Line]:
    """One record per utterance that was aligned; failed ones have no times and are left out."""
    return [_line(item, commit, run_id) for item in items if _is_aligned(item)]


def _is_aligned(item: Item) -> bool:
    return "total_time" in item.samples and "error" not in item.facts


def _line(item: Item, commit: str, run_id: str) -> Line:
    facts = item.facts
    stated = str(facts.get("aggregate", ""))
    how = stated if stated in _AGGREGATES else "median"
    repeats = {name: _ms(item.samples.get(f"{name}_time", ())) for name in REPEATED}
    ratios = {key: item.samples.get(metric, ()) for key, metric in RATIOS.items()}
    return {
        "utterance_id": item.item,
        "audio_path": str(facts.get("audio", "")),
        **_sizes(facts),
        "vocab_size": int(facts.get("vocab_size", 0)),
        "dtype": _DTYPES.get(item.variant.precision, item.variant.precision),
        "device": item.variant.device,
        "frame_stride_ms": FRAME_STRIDE_MS,
        "warmup": int(facts.get("warmup", 0)),
        "repeats": len(repeats["total"]),
        "aggregate": how,
        **{f"{name}_ms": aggregate(values, how) for name, values in repeats.items()},
        **{key: aggregate(_ms(values), how) for key, values in ratios.items()},
        **{f"{name}_ms_repeats": values for name, values in repeats.items()},
        **_memory(facts),
        "align_aggregate_of": "repeats",
        "variant": dict(item.variant.pairs()),
        "params": item.params,
        "text": item.text,
        "fingerprint": item.fingerprint,
        "commit": commit,
        "run_id": run_id,
    }


def _sizes(facts: Mapping[str, float | int | str]) -> dict[str, int]:
    """Sizes of the utterance. What an imported file did not have is left out here, too."""
    found = {key: int(facts[name]) for key, name in _SIZES.items() if name in facts}
    if "duration_s" in facts:
        found = {"duration_ms": round(float(facts["duration_s"]) * 1e3), **found}
    return found


def aggregate(values: Sequence[float], how: str) -> float:
    """Median or mean of repeats; 0 without any, as the origin program writes a missing stage."""
    return float(_AGGREGATES[how](values)) if values else 0.0


def summary(
    records: Sequence[Mapping[str, Any]], *, generated_at: datetime, append: bool
) -> dict[str, Any]:
    """What the origin program writes beside the lines: mean, median, min, max over utterances."""
    first = records[0] if records else {}
    fields = [f"{name}_ms" for name in REPEATED] + list(RATIOS)
    return {
        "schema_version": SCHEMA_VERSION,
        "generated_at": generated_at.isoformat(),
        "config": {
            "warmup": first.get("warmup", 0),
            "repeats": first.get("repeats", 0),
            "aggregate": first.get("aggregate", "median"),
            "append": append,
        },
        "aggregate": {
            "utterance_count": len(records),
            **{
                field: _statistics([float(one[field]) for one in records if field in one])
                for field in fields
            },
        },
    }


def summary_path(path: Path) -> Path:
    """``perf.jsonl`` -> ``perf.jsonl.summary.json``."""
    return path.with_name(path.name + ".summary.json")


def write(path: Path, records: Sequence[Line], *, generated_at: datetime, append: bool) -> int:
    """Write lines and summary; the summary covers the whole file. Returns the lines written.

    With ``append`` a line that is already there, word for word, is not written again, so repeating
    an export changes nothing. A last line that was cut off is replaced.
    """
    kept = _kept(path) if append and path.exists() else []
    known = {msgspec.json.encode(line) for line in kept}
    fresh = [line for line in records if msgspec.json.encode(line) not in known]
    every = [*kept, *fresh]
    put(path, _encoded(every))
    told = summary(every, generated_at=generated_at, append=append)
    summary_path(path).write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2))
    return len(fresh)


def _encoded(records: Iterable[Line]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in records)


def _kept(path: Path) -> list[Line]:
    found = []
    for line in path.read_bytes().splitlines():
        try:
            found.append(msgspec.json.decode(line, type=Line))
        except msgspec.DecodeError:
            continue
    return found


def _ms(values: Iterable[float]) -> list[float]:
    # Nanoseconds are the finest a clock gives; a ratio per T and S needs the digits below them.
    return [round(float(value) * 1e3, 12) for value in values]


def _memory(facts: Mapping[str, float | int | str]) -> dict[str, Any]:
    """Per stage ``gpu_used`` in bytes where there was a device, else ``rss`` of the process.

    What is not known is left out.
    """
    if "gpu_used_forward" not in facts:
        resident = {stage: facts.get(f"rss_{stage}") for stage in STAGES}
        known = {stage: {"rss": int(value)} for stage, value in resident.items() if value}
        return {"memory": known} if known else {}
    used = {stage: facts.get(f"gpu_used_{stage}") for stage in STAGES}
    if "gpu_used_before" in facts:  # ours alone: before the first stage
        used = {"before": facts["gpu_used_before"], **used}
    whole = {"gpu_total": int(facts["gpu_total"])} if "gpu_total" in facts else {}
    return {
        "memory": {
            stage: None if value is None else {"gpu_used": int(value), **whole}
            for stage, value in used.items()
        }
    }


def _statistics(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {"mean": 0.0, "median": 0.0, "min": 0.0, "max": 0.0}
    return {
        "mean": statistics.fmean(values),
        "median": statistics.median(values),
        "min": min(values),
        "max": max(values),
    }


def write_newest(connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
    """Append the newest run to the file; ``None`` prints its lines, without a summary."""
    found = stored.newest(connection, "alignment")
    if target is None:
        put(None, _encoded(lines(found.items, commit=found.commit, run_id=found.run_id)))
        return
    source = Source(found.commit, found.run_id, found.started_at)
    write_ways(target, found.items, source, append=True)


class Source(NamedTuple):
    """Where the items of one file come from."""

    commit: str
    run_id: str
    started_at: datetime


def write_ways(
    target: Path, items: Sequence[Item], source: Source, *, append: bool
) -> tuple[Path, ...]:
    """Write one file per way of running and return them; with one way it is the target itself.

    Of several ways each is named: ``perf.jsonl`` -> ``perf-torch-numpy-cpu-1t.jsonl``.

    Raises UsageError when the target is a folder.
    """
    if target.is_dir():
        raise UsageError(f"{target}: expected a file, found a folder.")
    written = []
    ways = sorted({item.variant for item in items}, key=Variant.text)
    names = file_names.of_variants(ways, _NAMED_BY)
    for way in ways:
        chosen = [item for item in items if item.variant == way]
        records = lines(chosen, commit=source.commit, run_id=source.run_id)
        path = target if len(ways) == 1 else target.with_stem(f"{target.stem}-{names[way]}")
        write(path, records, generated_at=source.started_at, append=append)
        written.append(path)
    return tuple(written)

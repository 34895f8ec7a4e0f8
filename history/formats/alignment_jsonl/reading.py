"""Read the JSON lines of wav2vec2 aligners: the Rust one, the patched Python one, and ours.

Both public programs write the same field names, but the Python one knows only forward, post, align
and total. What they aggregate differs too (the Rust one adds medians of stages), so every aggregate
is made again from the repeats, and the stated one is only compared.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import LeftOut, Parsed, Refused
from history.formats.outcomes import measured
from history.formats.shortening import apart, shortened
from history.words.records import Item, Measured, Point, Variant

SUITE: Final = "alignment"
BENCHMARK: Final = "align"
STAGES: Final = ("forward", "post", "dp", "group", "conf")
_TIMES: Final = (*STAGES, "align", "total")
_PRECISIONS: Final = {"f32": "fp32", "f16": "fp16"}
_DISAGREEMENT: Final = 0.05
"""Share by which a stated aggregate may differ from that of its repeats before it is flagged."""

Samples = dict[str, tuple[float, ...]]


def parse(text: str, name: str = "") -> Parsed:
    """An item per line, and for each way of running the points over all of its utterances."""
    rows, refused = _rows(text, name)
    read = len(rows) + len(refused)
    groups: dict[tuple[Any, ...], dict[str, tuple[int, Item]]] = defaultdict(dict)
    flagged: dict[str, None] = {}
    left_out: list[LeftOut] = []
    names = apart(str(row.get("utterance_id")) for _, row in rows)
    for number, row in rows:
        try:
            item = _item(row, names, Path(name).stem, flagged)
        except RefuseError as error:
            refused.append(Refused(number, str(error)))
            continue
        group = groups[tuple(sorted(item.params.items())), item.variant]
        before = group.get(item.item)
        if before is not None:
            reason = "the utterance comes again, and its last line counts"
            left_out.append(LeftOut(before[0], reason))
        group[item.item] = (number, item)
    items = [[item for _, item in group.values()] for group in groups.values()]
    return Parsed(
        points=tuple(point for group in items for point in _points(group, flagged)),
        items=tuple(item for group in items for item in group),
        rows_read=read,
        left_out=tuple(left_out),
        refused=tuple(refused),
        flagged=tuple(flagged),
    )


def _rows(text: str, name: str) -> tuple[list[tuple[int, dict[str, Any]]], list[Refused]]:
    """Records with their line; a report without append is one object that holds them all."""
    whole = text.lstrip()
    if whole.startswith("{") and '"records"' in whole[:65_536]:
        _, records = fields.load_rows(text, name or "report", "records")
        numbered = list(enumerate(records, start=1))
        return (
            [(number, row) for number, row in numbered if isinstance(row, dict)],
            [
                Refused(number, f"expected a JSON object, found {fields.shown(row)}")
                for number, row in numbered
                if not isinstance(row, dict)
            ],
        )
    rows, refused = [], []
    for number, line in enumerate(fields.lines(text), start=1):
        if not line.strip():
            continue
        try:
            rows.append((number, msgspec.json.decode(line, type=dict[str, Any])))
        except RecursionError:
            refused.append(Refused(number, fields.TOO_DEEP))
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            refused.append(Refused(number, f"expected a JSON object: {error}"))
    return rows, refused


def _item(row: dict[str, Any], names: dict[str, str], stem: str, flagged: dict[str, None]) -> Item:
    utterance = row.get("utterance_id")
    if not isinstance(utterance, str) or not utterance:
        raise RefuseError(f"utterance_id: expected a name, found {fields.shown(utterance)}")
    samples = _samples(row)
    if "total_time" not in samples:
        raise RefuseError("expected total_ms_repeats or total_ms, found neither")
    _compare(row, samples, flagged)
    how = np.mean if row.get("aggregate") == "mean" else np.median
    facts = _facts(row)
    values = {metric: float(how(times)) for metric, times in samples.items()}
    for metric, size in (("align_time_per_ts", "ts_product"), ("align_time_per_t", "frames")):
        if "align_time" in values and facts.get(size):
            values[metric] = values["align_time"] / float(facts[size])
    text = row.get("text")
    return Item(
        suite=SUITE,
        benchmark=BENCHMARK,
        item=names[utterance],
        params={str(key): str(one) for key, one in fields.table(row.get("params")).items()},
        variant=_variant(row, stem),
        facts=facts,
        values=values,
        samples=samples,
        fingerprint=str(row.get("fingerprint", "")),
        text=text if isinstance(text, str) else "",
    )


def _samples(row: dict[str, Any]) -> Samples:
    """Repeats in seconds; where there are none the stated value stands alone.

    A stage that was not measured is written as 0 with an empty list of repeats.
    """
    found: Samples = {}
    for name in _TIMES:
        repeats = fields.numbers(row.get(f"{name}_ms_repeats"), f"{name}_ms_repeats")
        stated, is_listed = row.get(f"{name}_ms"), f"{name}_ms_repeats" in row
        if not repeats and stated is not None and not (is_listed and stated == 0):
            repeats = (fields.number(stated, f"{name}_ms"),)
        if repeats:
            found[f"{name}_time"] = tuple(value * 1e-3 for value in repeats)
    parts = [found[f"{name}_time"] for name in ("dp", "group", "conf") if f"{name}_time" in found]
    if len(parts) == 3 and len({len(part) for part in parts}) == 1:
        found["align_time"] = tuple(sum(times) for times in zip(*parts, strict=True))
    return found


def _compare(row: dict[str, Any], samples: Samples, flagged: dict[str, None]) -> None:
    for name in _TIMES:
        times, stated = samples.get(f"{name}_time"), row.get(f"{name}_ms")
        if times is None or not isinstance(stated, int | float) or stated <= 0:
            continue
        made = float(np.median(times) if row.get("aggregate") != "mean" else np.mean(times)) * 1e3
        if abs(made - stated) > _DISAGREEMENT * stated:
            flagged[
                f"{name}_ms is not the aggregate of its repeats (by more than"
                f" {_DISAGREEMENT:.0%}) in some lines; the repeats count"
            ] = None


def _facts(row: dict[str, Any]) -> dict[str, float | int | str]:
    found: dict[str, float | int | str] = {}
    names = {
        "num_frames_t": "frames",
        "state_len": "states",
        "ts_product": "ts_product",
        "vocab_size": "vocab_size",
        "warmup": "warmup",
        "repeats": "repeats",
    }
    for key, name in names.items():
        if row.get(key) is not None:
            found[name] = int(fields.number(row[key], key))
    if row.get("duration_ms") is not None:
        found["duration_s"] = fields.number(row["duration_ms"], "duration_ms") / 1e3
    if isinstance(row.get("aggregate"), str):
        found["aggregate"] = row["aggregate"]
    if isinstance(row.get("audio_path"), str):
        found["audio"] = shortened(row["audio_path"], 2, paths=True)
    return found | _memory(row.get("memory"))


def _memory(table: object) -> dict[str, float | int | str]:
    """Bytes in use on the device: per stage (Rust), or one reading of the whole run (Python).

    Where we wrote the file, per stage also the resident memory of the process.
    """
    if not isinstance(table, dict):
        return {}
    if "gpu_used" in table:
        return {"gpu_used": int(fields.number(table["gpu_used"], "memory.gpu_used"))}
    return {
        f"{kind}_{stage}": int(fields.number(reading[kind], f"memory.{stage}.{kind}"))
        for stage, reading in table.items()
        if isinstance(reading, dict)
        for kind in ("gpu_used", "rss")
        if reading.get(kind) is not None
    }


def _variant(row: dict[str, Any], stem: str) -> Variant:
    """Ours as written; for the public programs what the fields tell, and the file's own name."""
    if isinstance(row.get("variant"), dict):
        return fields.variant_of(row["variant"])
    rust = row.get("dp_ms") is not None or row.get("state_len") is not None
    dtype = str(row.get("dtype", ""))
    return Variant(
        implementation="wav2vec2-rs" if rust else "wav2vec2aligner",
        device=str(row.get("device", "")),
        precision=_PRECISIONS.get(dtype, dtype),
        dataset=stem,
    )


def _points(items: list[Item], flagged: dict[str, None]) -> list[Point]:
    """Sums over utterances per repeat, as our own suite has them."""
    metrics = dict.fromkeys(metric for item in items for metric in item.samples)
    points = []
    for metric in metrics:
        rows = [item.samples[metric] for item in items if metric in item.samples]
        if len(rows) < len(items):
            flagged[f"{metric} is missing in some lines and has no total"] = None
            continue
        points.append(_point(items[0], metric, _summed(rows)))
    total = next(point.outcome for point in points if point.metric == "total_time")
    audio = [float(item.facts["duration_s"]) for item in items if "duration_s" in item.facts]
    if len(audio) == len(items) and sum(audio) > 0 and isinstance(total, Measured):
        ratios = tuple(value / sum(audio) for value in total.samples or (total.value,))
        points.append(_point(items[0], "rtf", measured(ratios)))
    return points


def _summed(rows: list[tuple[float, ...]]) -> Measured:
    if len({len(row) for row in rows}) == 1:
        return measured(tuple(float(value) for value in np.sum(rows, axis=0)))
    value = float(sum(np.median(row) for row in rows))
    return Measured(
        value=value,
        n=1,
        aggregate="sum",
        warnings=("Utterances have unequal numbers of repeats: this is a sum of medians.",),
    )


def _point(like: Item, metric: str, outcome: Measured) -> Point:
    return Point(
        suite=SUITE,
        benchmark=BENCHMARK,
        metric=metric,
        outcome=outcome,
        params=like.params,
        variant=like.variant,
    )

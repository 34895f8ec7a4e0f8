"""Read and write results of speech synthesis: the performance plan's shape, and its program's.

Three shapes of one project are read: the plan's (``realtime_factor``, ``time_to_first_chunk_ms``),
the program's (``rtf``, ``ttfa_ms``) and its Python script's list. They disagree about what a
real-time factor is and how many frames a second has; here it is always wall time over audio time.
The plan's shape is written, where ``realtime_factor`` is audio over wall time; all repeats of every
time come beside it under ``repeats``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from history.formats import fields, suite_points, tts_json_writing
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.formats.outcomes import compare_ratio, measured
from history.formats.put_out import put_json
from history.formats.tts_json_writing import MIB, PLAN_STAGES, SHA, TIME
from history.words.errors import ImportRefusedError
from history.words.records import Commit, Measured, Point, Variant

if TYPE_CHECKING:
    import duckdb

SUITE: Final = "tts"
BENCHMARK: Final = "synthesize"
FRAMES_PER_S: Final = 12.5
"""1920 samples a frame at 24 kHz; the Python script counts 12."""
_DEVICES: Final = ("cpu", "cuda", "metal", "mps")
_PARTS: Final = "wall and audio time"
_PROGRAM_STAGES: Final = {
    "prefill_ms": "prefill_time",
    "generation_ms": "generation_time",
    "decode_ms": "decoder_time",
}


class TtsJson:
    """Results of ``e2e_bench --json-output``, of the plan, or of ``bench-python.py``."""

    name = "tts-json"
    summary = 'JSON with "results", each with "wall_clock_ms" and "input" or "label"'
    brings = Brings("times and factors of synthesis", samples="where given")
    repeats_itself = False
    written = "the newest tts run, in the shape of the performance plan"

    def recognise(self, head: str) -> bool:
        """Whether the keys of one of the three shapes are there."""
        if '"wall_clock_ms"' in head and '"results"' in head:
            return True
        keys = ("label", "wall_ms", "audio_s", "tok_s")
        return head.lstrip().startswith("[") and all(f'"{key}"' in head for key in keys)

    def parse(self, text: str, name: str = "tts-json") -> Parsed:
        """One set of points per input; a list of whole documents, as we write it, counts as one.

        The commit of the plan is a short name without a time, so the caller's counts; we write the
        whole name and its time beside it, and what we wrote is of the commit it was measured at.
        """
        data = fields.load_json(text, name)
        several = isinstance(data, list) and all(
            isinstance(one, dict) and "results" in one for one in data
        )
        flagged: dict[str, None] = {}
        rows = [
            (row, about)
            for one in (data if several else [data])
            for row, about in _rows(one, name, flagged)
        ]
        commit = _commit(data if several else [data], flagged)
        points, refused = fields.take(rows, lambda row: _points(*row, flagged))
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=tuple(flagged),
            commit=commit,
        )

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """One object; a list of them when several ways or devices were measured."""
        found = suite_points.newest(connection, SUITE)
        made = tts_json_writing.documents(found.tables, found.commit, found.commit_time)
        put_json(target, made[0] if len(made) == 1 else made)


def _rows(
    data: Any,  # noqa: ANN401 - checked here
    name: str,
    flagged: dict[str, None],
) -> list[tuple[Any, dict[str, Any]]]:
    """Every result of one document with what the document says about all of them."""
    if isinstance(data, list):
        return [(row, {}) for row in data]
    if not isinstance(data, dict) or not isinstance(data.get("results"), list):
        raise ImportRefusedError(
            f'{name}: expected a list, or an object with "results"; found {fields.shown(data)}.'
        )
    if isinstance(data.get("commit"), str) and SHA not in data:
        flagged[f"the file says it was measured at {data['commit']}"] = None
    return [(row, data) for row in data["results"]]


def _commit(documents: Sequence[Any], flagged: dict[str, None]) -> Commit | None:
    """The commit that all documents name with its time; None where they do not."""
    stated = {
        (str(one[SHA]), str(one.get(TIME, "")))
        for one in documents
        if isinstance(one, dict) and one.get(SHA)
    }
    if not stated:
        return None
    if len(stated) > 1 or not all(isinstance(one, dict) and one.get(SHA) for one in documents):
        flagged["the documents are of different commits, so none of them counts"] = None
        return None
    ((sha, written),) = stated
    time = fields.utc(written)
    if time is None:
        found = fields.shown(written)
        flagged[f"{TIME}: expected a time, found {found}; so {SHA} does not count"] = None
        return None
    return Commit(sha=sha, time=time)


def _points(row: Any, about: Mapping[str, Any], flagged: dict[str, None]) -> list[Point]:  # noqa: ANN401 - checked here
    if not isinstance(row, dict):
        raise RefuseError(f"expected an object, found {fields.shown(row)}")
    variant = _variant(about)
    params = {"input": str(row.get("input", row.get("label", "")))}
    if not params["input"]:
        raise RefuseError(f'expected "input" or "label", found {fields.shown(row)}')
    shape = _planned if "input" in row else _script if "wall_ms" in row else _program
    return [
        Point(
            suite=SUITE,
            benchmark=BENCHMARK,
            metric=metric,
            params=params,
            variant=variant,
            outcome=outcome,
        )
        for metric, outcome in shape(row, about, flagged)
    ]


Found = Iterator[tuple[str, Measured]]


def _planned(row: dict[str, Any], about: Mapping[str, Any], flagged: dict[str, None]) -> Found:
    repeats = fields.table(row.get("repeats"))
    yield "total_time", _ms(row, "wall_clock_ms", repeats)
    if row.get("time_to_first_chunk_ms") is not None:
        yield "first_audio_time", _ms(row, "time_to_first_chunk_ms", repeats)
    if row.get("tokens_per_second") is not None:
        yield "tokens_per_second", _one(row, "tokens_per_second")
    if row.get("audio_duration_secs") is not None:
        yield "audio_duration", _one(row, "audio_duration_secs")
    yield from _plan_rtf(row, flagged)
    if row.get("peak_memory_mb") is not None:
        if _device(about) == "cpu":
            yield "peak_rss", _one(row, "peak_memory_mb", MIB)
        else:
            flagged["peak_memory_mb does not say whose memory it is and was left out"] = None
    yield from _stages(row, PLAN_STAGES, repeats)


def _program(row: dict[str, Any], about: Mapping[str, Any], flagged: dict[str, None]) -> Found:
    count = about.get("iterations")
    n = count if isinstance(count, int) and count > 0 else 1
    yield (
        "total_time",
        Measured(
            value=fields.number(row.get("wall_clock_ms"), "wall_clock_ms") / 1e3,
            n=n,
            aggregate="mean",
            minimum=_optional(row, "wall_clock_min_ms"),
            maximum=_optional(row, "wall_clock_max_ms"),
        ),
    )
    if row.get("ttfa_ms") is not None:
        yield "first_audio_time", _one(row, "ttfa_ms", 1e-3)
    wall_s = fields.number(row.get("wall_clock_ms"), "wall_clock_ms") / 1e3
    yield from _rtf(row, wall_s, row.get("audio_duration_secs"), flagged)
    for key, metric in (
        ("audio_duration_secs", "audio_duration"),
        ("tokens_per_sec", "tokens_per_second"),
        ("frames_generated", "frames"),
    ):
        if row.get(key) is not None:
            yield metric, _one(row, key)
    if row.get("peak_memory_mb") is not None:
        flagged["peak_memory_mb is VmRSS at the end, no peak: stored as rss"] = None
        yield "rss", _one(row, "peak_memory_mb", MIB)
    yield from _stages(row, _PROGRAM_STAGES, {})


def _script(row: dict[str, Any], about: Mapping[str, Any], flagged: dict[str, None]) -> Found:
    del about
    wall_s = fields.number(row.get("wall_ms"), "wall_ms") / 1e3
    audio_s = fields.number(row.get("audio_s"), "audio_s")
    if wall_s <= 0:
        raise RefuseError(f"wall_ms: expected more than 0, found {row['wall_ms']}")
    yield "total_time", Measured(value=wall_s, n=1, aggregate="mean")
    yield "audio_duration", Measured(value=audio_s, n=1)
    yield from _rtf(row, wall_s, audio_s, flagged)
    flagged["tok_s counts 12 frames a second; tokens_per_second is made of 12.5 instead"] = None
    yield "tokens_per_second", Measured(value=audio_s * FRAMES_PER_S / wall_s, n=1)
    if row.get("mem_mb") is not None:
        yield "rss", _one(row, "mem_mb", MIB)


def _rtf(row: Mapping[str, Any], wall_s: float, audio: object, flagged: dict[str, None]) -> Found:
    """Wall time over audio time, of these parts; a stated ratio is only held against it.

    Programs call either ratio a real-time factor; a stated one alone is taken, and that is said.
    """
    if audio is None:
        if row.get("rtf") is not None:
            flagged["rtf is taken as stated: the file has no length of the audio to hold it to"] = (
                None
            )
            yield "rtf", _one(row, "rtf")
        return
    audio_s = fields.number(audio, "the length of the audio")
    if audio_s < 0:
        raise RefuseError(f"the length of the audio: expected 0 or more, found {audio_s:g}")
    if audio_s == 0:
        flagged["audio of no length has no real-time factor"] = None
        return
    made = wall_s / audio_s
    if row.get("rtf") is not None:
        compare_ratio("rtf", fields.number(row["rtf"], "rtf"), made, _PARTS, flagged)
    yield "rtf", Measured(value=made, n=1)


def _plan_rtf(row: Mapping[str, Any], flagged: dict[str, None]) -> Found:
    """The plan's factor is audio over wall time."""
    if row.get("audio_duration_secs") is not None:
        wall_s = fields.number(row.get("wall_clock_ms"), "wall_clock_ms") / 1e3
        for metric, made in _rtf({}, wall_s, row["audio_duration_secs"], flagged):
            if row.get("realtime_factor") is not None and made.value > 0:
                stated = fields.number(row["realtime_factor"], "realtime_factor")
                compare_ratio("realtime_factor", stated, 1 / made.value, _PARTS, flagged)
            yield metric, made
        return
    if row.get("realtime_factor") is None:
        return
    stated = fields.number(row["realtime_factor"], "realtime_factor")
    if stated <= 0:
        flagged[f"realtime_factor: expected more than 0, found {stated:g}; it was left out"] = None
        return
    flagged["realtime_factor is audio over wall time; its inverse is stored as rtf"] = None
    yield "rtf", Measured(value=1.0 / stated, n=1)


def _stages(row: dict[str, Any], names: Mapping[str, str], repeats: Mapping[str, Any]) -> Found:
    stages = row.get("stages")
    if not isinstance(stages, dict):
        return
    for key, metric in names.items():
        if stages.get(key) is not None:
            yield metric, _ms(stages, key, repeats)


def _ms(row: Mapping[str, Any], key: str, repeats: Mapping[str, Any]) -> Measured:
    """From the repeats where the file has them (ours does), else as stated."""
    samples = fields.numbers(repeats.get(key), f"repeats.{key}")
    if samples:
        return measured([sample / 1e3 for sample in samples])
    return _one(row, key, 1e-3)


def _one(row: Mapping[str, Any], key: str, factor: float = 1.0) -> Measured:
    return Measured(value=fields.number(row.get(key), key) * factor, n=1)


def _optional(row: Mapping[str, Any], key: str) -> float | None:
    return fields.number(row[key], key) / 1e3 if row.get(key) is not None else None


def _device(about: Mapping[str, Any]) -> str:
    """``cpu`` where the program writes "CPU", ``cuda`` for "CUDA (device 0)"; else as written."""
    written = str(about.get("device", ""))
    first = re.split(r"[^a-z]", written.lower(), maxsplit=1)[0]
    return first if first in _DEVICES else written


def _variant(about: Mapping[str, Any]) -> Variant:
    """Features as written; the name of the weights is the last part of their folder."""
    device = _device(about)
    features = str(about.get("features", ""))
    parts = [part for part in features.split(",") if part and part not in _DEVICES]
    folder = str(about.get("model_dir", "")).replace("\\", "/").rstrip("/")
    return Variant(
        implementation=str(about.get("implementation", "")),
        device=device,
        features=",".join(parts),
        weights=folder.rsplit("/", 1)[-1],
    )

"""Read the memory study's comparison: destroy and recreate against restart, iteration by iteration.

Its growth rate is (last - first) / n with warm-up included, so growth is judged again from the
iterations. Its times of the first token and its speeds were taken after the call had returned and
are therefore not taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from history.formats import fields, runs
from history.formats.fields import RefuseError
from history.formats.interface import Context, Imported, Parsed, Refused
from history.formats.outcomes import measured
from history.stats.leak import Verdict, judge
from history.words.errors import ImportRefusedError
from history.words.records import Invalid, Measured, Outcome, Point, Variant

SUITE: Final = "lifecycle"
METHODS: Final = {"destroy_recreate": "recreate", "restart": "reuse"}
WARMUP: Final = 10
"""Iterations left out while caches and pools fill; with few, a tenth of them."""
_MIB: Final = 2**20
"""Bytes. What that project calls MB: its programs divide by 1024 twice."""
_COLUMNS: Final = {
    "rss_before": "mem_before_mb",
    "rss_after_load": "mem_after_load_mb",
    "rss_after_inference": "mem_after_infer_mb",
    "load_overhead": "load_overhead_mb",
}
_DISTRUST: Final = (
    "times of the first token and speeds were taken after the call had returned: not trustworthy"
)


class LifecycleJsonImporter:
    """``alignment_comparison_results.json``."""

    name = "lifecycle-json"
    summary = 'JSON with "iterations" of "destroy_recreate" and "restart"'

    def recognise(self, head: str) -> bool:
        """Whether a method of the study and its memory readings are named."""
        keys = ('"config"', '"summary"')
        return all(key in head for key in keys) and (
            '"destroy_recreate"' in head or '"restart"' in head
        )

    def read(self, path: Path, context: Context) -> Imported:
        """Read the file; a method whose rows cannot be used is refused."""
        return runs.read(path, context, self.name, parse)


def parse(text: str, name: str = "lifecycle-json") -> Parsed:
    """Memory series, growth and verdict of each method; several subjects, as we write them, too."""
    data = fields.load_json(text, name)
    if isinstance(data, dict) and "iterations" not in data:
        named = {key: one for key, one in data.items() if "iterations" in fields.table(one)}
        if named:
            return runs.merged([_document(one, name, key) for key, one in named.items()])
    return _document(data, name, "")


def _document(data: Any, name: str, subject: str) -> Parsed:  # noqa: ANN401 - checked here
    tables = data.get("iterations") if isinstance(data, dict) else None
    if not isinstance(tables, dict):
        raise ImportRefusedError(f'{name}: expected an object with "iterations".')
    config = fields.table(data.get("config"))
    trusted = "soundmark" in data
    points: list[Point] = []
    refused: list[Refused] = []
    flagged: dict[str, None] = {}
    read = 0
    for method, rows in tables.items():
        count = len(rows) if isinstance(rows, list) else 0
        read += count
        try:
            way = METHODS.get(str(method), str(method))
            points += _points(way, rows, config, subject, trusted=trusted)
        except RefuseError as error:
            refused.append(Refused(max(1, read - count + 1), f"{method}: {error}"))
        if count and not trusted and "ttft_ms" in rows[0]:
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
        raise RefuseError("expected a list of objects")
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
    for metric, column in _COLUMNS.items():
        if column in rows[0]:
            yield point(metric, measured(_column(rows, column)))
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
            (f"Verdict: {found.verdict}. {found.reason}",)
            if found.verdict is not Verdict.NO_LEAK
            else ()
        ),
    )


def _column(rows: list[dict[str, Any]], name: str, factor: float = _MIB) -> list[float]:
    return [fields.number(row.get(name), name) * factor for row in rows]

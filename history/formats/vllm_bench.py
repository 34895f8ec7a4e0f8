"""Read what ``vllm bench serve --save-result`` writes of a server under load, speech ones too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from history.formats import by_unit, fields, json_lines
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.formats.outcomes import measured
from history.formats.shortening import shortened
from history.report.wording.numbers import counted
from history.words.metrics import Direction
from history.words.records import Failed, Measured, Outcome, Point, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "vllm-bench"
_STATED: Final = re.compile(r"(?P<how>mean|median|p\d+(?:\.\d+)?)_(?P<what>ttft|tpot|itl|e2el)_ms")
_TIMES: Final = {
    "ttft": "first_token_time",
    "tpot": "output_token_time",
    "itl": "inter_token_time",
    "e2el": "end_to_end_time",
}
_RATES: Final = {
    "output_throughput": ("tokens_per_second", "tokens/s"),
    "total_token_throughput": ("total_tokens_per_second", "tokens/s"),
    "request_throughput": ("requests_per_second", "requests/s"),
    "rtfx": ("rtfx", ""),
}
_PARAMS: Final = ("num_prompts", "request_rate", "max_concurrency", "burstiness")
_KEYS: Final = ('"request_throughput"', '"total_input_tokens"', "_ttft_ms")


class VllmBench:
    """One result, or one a line where results were appended."""

    name = "vllm-bench"
    summary = 'JSON of vllm bench serve with "request_throughput" and "mean_ttft_ms"'
    brings = Brings("times of tokens and requests, rates", samples="with --save-detailed")
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether rates and the time to the first token are there."""
        return head.lstrip()[:1] in {"{", "["} and all(key in head for key in _KEYS)

    def parse(self, text: str, name: str = "vllm-bench") -> Parsed:
        """Times to the first token and between tokens, of requests, and rates of every result.

        A row is one result: a model under one load. The median of a time counts, from its samples
        where they were saved; percentiles are metrics of their own. Where no request succeeded the
        result is a failed point.
        """
        rows = json_lines.records(text, name)
        flagged: dict[str, None] = {}
        points, refused = fields.take(rows, lambda row: _points(row, flagged))
        return Parsed(
            points=tuple(points),
            rows_read=len(rows),
            refused=tuple(refused),
            flagged=tuple(flagged),
        )


def _points(row: object, flagged: dict[str, None]) -> Iterator[Point]:
    about = fields.table(row)
    model = about.get("model_id")
    if not isinstance(model, str) or not model.strip():
        raise RefuseError(f'expected an object with "model_id", found {fields.shown(row)}')
    name = shortened(model.strip())
    params = {key: str(about[key]) for key in _PARAMS if about.get(key) is not None}
    runtime = about.get("backend") or about.get("endpoint_type") or ""

    def point(kind: by_unit.Kind, outcome: Outcome) -> Point:
        return Point(
            suite=SUITE,
            benchmark=name,
            params=params,
            variant=Variant(runtime=str(runtime)),
            metric=kind.metric,
            unit=kind.unit,
            direction=kind.direction,
            outcome=outcome,
        )

    if about.get("completed") == 0:
        nothing = Failed(reason="no request was answered")
        yield point(by_unit.named("first_token_time", "s"), nothing)
        return
    if failed := about.get("failed"):
        flagged[f"{name}: {failed} requests failed and are in no time"] = None
    for kind, outcome in (*_times(about, name, flagged), *_rates(about)):
        yield point(kind, outcome)


def _times(
    about: dict[str, Any], name: str, flagged: dict[str, None]
) -> Iterator[tuple[by_unit.Kind, Measured]]:
    """Medians, of samples where they are, and percentiles."""
    completed = about.get("completed")
    n = completed if isinstance(completed, int) and completed > 0 else 1
    saved = fields.numbers(about.get("ttfts"), "ttfts")
    samples = [one for one in saved if one > 0]  # 0 is written where no token came
    if lost := len(saved) - len(samples):
        what = counted(lost, "request")
        flagged[f"{name}: {what} without a first token left out of first_token_time"] = None
    if samples:
        yield by_unit.named("first_token_time", "s"), measured(samples)
    for key, written in about.items():
        stated = _STATED.fullmatch(key)
        if stated is None or written is None or stated["how"] == "mean":
            continue
        metric, how = _TIMES[stated["what"]], stated["how"]
        if how == "median" and metric == "first_token_time" and samples:
            continue
        value = fields.number(written, key)
        aggregate = "median" if how == "median" else "value"
        kind = by_unit.named(metric if how == "median" else f"{metric}_{how}", "ms")
        yield kind, Measured(value=value * kind.factor, n=n, aggregate=aggregate)


def _rates(about: dict[str, Any]) -> Iterator[tuple[by_unit.Kind, Measured]]:
    for key, (metric, unit) in _RATES.items():
        if about.get(key) is None:
            continue
        kind = by_unit.named(metric, unit)
        if kind.direction is not None:
            kind = kind._replace(direction=Direction.HIGHER)
        yield kind, Measured(value=fields.number(about[key], key) * kind.factor, n=1)

"""A fixed corpus, and what a detector answers on it: one line for each series.

The series are those of the benchmark under one of its tuning seeds. Each is judged as a whole and
at the points where the rules for the newest ones decide: a few after each planted change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from hashlib import blake2b
from typing import Final

from benchmarks.detection.score import prefix
from benchmarks.detection.series import FAMILIES, TUNING_SEEDS, Labelled, one
from history.detect import Change, Detection, Detector, Evidence

OF_EACH: Final = 4
MORE: Final = {"drifting": 14}
AFTER_A_CHANGE: Final = (1, 2, 3, 5, 8, 13, 21)
AROUND_THE_END_OF_A_RAMP: Final = (-16, -8, 0, 8, 16)
ANYWHERE: Final = (7, 12, 24, 48, 96)
_WHOLE: Final = tuple(field.name for field in fields(Detection) if field.name != "changes")
_CHANGE: Final = tuple(field.name for field in fields(Change) if field.name != "evidence")
_EVIDENCE: Final = tuple(field.name for field in fields(Evidence))


@cache
def corpus() -> tuple[Labelled, ...]:
    return tuple(
        one(family, number, TUNING_SEEDS[0])
        for family in FAMILIES
        for number in range(MORE.get(family, OF_EACH))
    )


def name_of_the_corpus() -> str:
    """A hash of its numbers and of the names of what is answered.

    Another numpy may draw other numbers, and an answer may get a field more: what was stored says
    nothing about either.
    """
    numbers = [series.observations.values.tobytes() for series in corpus()]
    return _digest(b"".join([*numbers, *map(str.encode, (*_WHOLE, *_CHANGE, *_EVIDENCE))]))


def answers(finder: Detector) -> Iterator[str]:
    """What is found in each whole series, and a hash of every fact found at each length; lines."""
    yield f"corpus {name_of_the_corpus()}, {len(corpus())} series"
    for series in corpus():
        seen = series.observations
        found = {points: finder.detect(prefix(seen, points)) for points in _lengths(series)}
        whole = found[seen.values.size]
        said = ", ".join(_said(change) for change in whole.changes) or "no change"
        yield f"{series.name}: {said}"
        hashes = (f"{points} {_hash(one)}" for points, one in found.items())
        yield f"  {', '.join(hashes)}"


def _lengths(series: Labelled) -> Iterator[int]:
    size = series.observations.values.size
    wanted = {*ANYWHERE, size}
    for truth in series.truths:
        wanted |= {truth.index + later for later in AFTER_A_CHANGE}
        if truth.is_ramp:
            wanted |= {truth.end + later for later in AROUND_THE_END_OF_A_RAMP}
    return iter(sorted(points for points in wanted if points <= size))


def _said(change: Change) -> str:
    return f"{change.index} {change.kind} {change.status} {change.change:+.2%}"


def _hash(found: Detection) -> str:
    facts = [_facts(found, _WHOLE)]
    for change in found.changes:
        facts += [_facts(change, _CHANGE), _facts(change.evidence, _EVIDENCE)]
    return _digest("\n".join(facts).encode())


def _facts(holder: object, names: tuple[str, ...]) -> str:
    return " ".join(_short(getattr(holder, name)) for name in names)


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return f"({' '.join(map(_short, value))})"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=4).hexdigest()

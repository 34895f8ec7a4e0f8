"""Build the section of word errors: their rates and the errors word by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from history.items import marked
from history.items.error_rate import pooled_rate
from history.report.wording import names, numbers, word_errors
from history.words.metrics import find, shown_in
from site_gen.pages import variant_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.items.marked import Judged, OfWay, Piece
    from history.read.items import Side
    from history.read.series import Series
    from site_gen.catalogue import Benchmark

MOST_OPEN = 10
"""Visible recordings: those with the most errors."""
MOST = 100
"""Most recordings shown; others are counted."""
MOST_WORDS = 60
"""Most words of a reference without a transcript; the rest is counted."""
MOST_NAMES = 12
"""Most recordings without an error that are named."""
RATE = "wer"


@dataclass(frozen=True, slots=True)
class WayLine:
    """One variant over all its recordings: its rate and the parts of it."""

    title: str
    rate: str
    interval: str
    words: int
    substitutions: int
    deletions: int
    insertions: int
    recordings: int
    right: int
    """Number of recordings without an error."""
    remark: str
    """A remark when the run counted differently, or transcripts were not stored."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The transcript of one variant for one recording."""

    title: str
    told: str
    pieces: tuple[Piece, ...]
    more: int
    """Number of errors that are not shown."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording with the transcripts of all variants."""

    name: str
    reference: str
    more_words: int
    errors: int
    """Errors of all variants together."""
    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class WordErrorReport:
    """All variants, and the recordings with errors, the worst first."""

    compared: str
    """Normalisation of the texts before comparing."""

    ways: tuple[WayLine, ...]
    shown: tuple[Recording, ...]
    folded: tuple[Recording, ...]
    more: int
    """Further recordings with errors."""
    more_errors: int
    """Number of errors in them."""
    right: tuple[str, ...]
    """Some of the recordings without an error in any variant."""
    right_count: int


def build(sides: Sequence[Side], hidden: frozenset[tuple[str, str]]) -> WordErrorReport | None:
    """The report, or None when no recording has both a reference and a transcript."""
    by_variant = {side.variant: marked.judge(side.items) for side in sides}
    found = {one: way for one, way in by_variant.items() if way.judged}
    if not found:
        return None
    order = variant_pairs.ranked(found)
    titles = {one: names.variant(one, hidden) for one in order}
    every = _recordings({titles[one]: found[one] for one in order})
    wrong = sorted((one for one in every if one.errors), key=lambda one: (-one.errors, one.name))
    right = sorted(one.name for one in every if not one.errors)
    rest = wrong[MOST:]
    rules = dict.fromkeys(one.normalisation for way in found.values() for one in way.judged)
    return WordErrorReport(
        compared=" or ".join(map(word_errors.compared, rules)),
        ways=tuple(_way(titles[one], found[one]) for one in order),
        shown=tuple(wrong[:MOST_OPEN]),
        folded=tuple(wrong[MOST_OPEN:MOST]),
        more=len(rest),
        more_errors=sum(one.errors for one in rest),
        right=tuple(right[:MOST_NAMES]),
        right_count=len(right),
    )


def beside(benchmark: Benchmark, series: Series, place: int) -> str:
    """The parts of the rate at a point, ``5 sub + 2 del + 1 ins``; empty for other metrics."""
    if series.key.metric != RATE:
        return ""
    counts = []
    for kind in word_errors.KINDS:
        for one in benchmark.series:
            same = (one.key.variant, one.key.machine) == (series.key.variant, series.key.machine)
            if same and one.key.metric == kind:
                counts += one.values[one.runs == series.runs[place]].tolist()
    if len(counts) != len(word_errors.KINDS) or not np.isfinite(counts).all():
        return ""
    return word_errors.beside(*counts)


def _way(title: str, way: OfWay) -> WayLine:
    errors = way.errors
    rate = pooled_rate([one.errors for one in way.judged])
    unit = shown_in(RATE, find(RATE).unit)
    return WayLine(
        title=title,
        rate=numbers.value(rate.value, unit),
        interval=numbers.interval(rate.interval.low, rate.interval.high, unit),
        words=errors.length,
        substitutions=errors.substitutions,
        deletions=errors.deletions,
        insertions=errors.insertions,
        recordings=len(way.judged),
        right=sum(not one.errors.errors for one in way.judged),
        remark=word_errors.remark(
            sum(one.stored is not None for one in way.judged), len(way.without_text)
        ),
    )


def _recordings(ways: Mapping[str, OfWay]) -> list[Recording]:
    """Every recording once; the same name with another reference is another recording."""
    found: dict[tuple[str, str], list[tuple[str, Judged]]] = {}
    for title, way in ways.items():
        for one in way.judged:
            found.setdefault((one.item, one.reference), []).append((title, one))
    return [_recording(*key, of_ways) for key, of_ways in found.items()]


def _recording(name: str, reference: str, of_ways: Sequence[tuple[str, Judged]]) -> Recording:
    words = reference.split()
    return Recording(
        name=name,
        reference=" ".join(words[:MOST_WORDS]),
        more_words=max(len(words) - MOST_WORDS, 0),
        errors=sum(one.errors.errors for _, one in of_ways),
        heard=tuple(
            Heard(title, word_errors.kinds(one.errors), one.pieces, one.more)
            for title, one in of_ways
        ),
    )

"""The errors of each transcript as facts of its item, and the pooled rates of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from history.items.error_rate import (
    NORMALISATION,
    Errors,
    Normalisation,
    character_errors,
    pooled_rate,
    total,
    word_errors,
)
from history.stats.summary import IntervalMethod
from history.words.records import Measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.stats.pooled import Pooled

    Facts = Mapping[str, float | int | str]

METRICS: Final = ("wer", "cer", "substitutions", "deletions", "insertions")
"""Metrics that ``derived`` returns; the kinds of errors count words."""


def facts(
    reference: str, heard: str, normalisation: str = Normalisation.WORDS
) -> dict[str, float | int | str]:
    """Facts of one transcript: its reference, word errors by kind, both rates."""
    words = word_errors(reference, heard, normalisation)
    characters = character_errors(reference, heard, normalisation)
    return {
        **params(normalisation),
        "reference": reference,
        "words": words.length,
        "substitutions": words.substitutions,
        "deletions": words.deletions,
        "insertions": words.insertions,
        "wer": words.rate,
        "characters": characters.length,
        "character_errors": characters.errors,
        "cer": characters.rate,
    }


def params(normalisation: str) -> dict[str, str]:
    """Parameters that identify a benchmark whose texts use another normalisation than ``words``."""
    return {} if normalisation == Normalisation.WORDS else {NORMALISATION: normalisation}


def derived(items: Mapping[str, Facts]) -> dict[str, Measured]:
    """The pooled rates with their intervals over transcripts, and the errors of words by kind.

    Empty when no item has a reference with a word in it.
    """
    judged = [one for one in items.values() if "reference" in one]
    words = [
        Errors(*(int(one[kind]) for kind in ("substitutions", "deletions", "insertions", "words")))
        for one in judged
    ]
    every = total(words)
    if every.length == 0:
        return {}
    characters = [
        Errors(int(one["character_errors"]), 0, 0, int(one["characters"])) for one in judged
    ]
    counts = {
        kind: Measured(value=float(getattr(every, kind)), n=1)
        for kind in ("substitutions", "deletions", "insertions")
    }
    return {
        "wer": measured(pooled_rate(words)),
        "cer": measured(pooled_rate(characters)),
        **counts,
    }


def measured(rate: Pooled) -> Measured:
    """A pooled rate as a point; its ``n`` counts items."""
    known = rate.interval.method is not IntervalMethod.NONE
    return Measured(
        value=rate.value,
        n=rate.n,
        low=rate.interval.low if known else None,
        high=rate.interval.high if known else None,
        interval=rate.interval.method.value.replace(" ", "-") if known else "",
    )

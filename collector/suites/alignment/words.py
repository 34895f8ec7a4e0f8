"""Turn a path through the lattice into words with times and a confidence each.

Grouping: a word lasts from the first frame of its first letter to the last frame of its last one.
Blank expansion: the blanks and separators between two words are shared between them, each side
reaching at most ``EXPANSION_FRAMES`` into them, since CTC letters are spikes that are much shorter
than the sound they stand for. Confidence: the geometric mean of the probability of each letter over
its own frames, so that neither blanks nor the length of a word move it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

EXPANSION_FRAMES: Final = 5
"""0.1 s at 20 ms a frame: about half of a short pause between words."""

SEPARATOR: Final = "|"


class UnknownCharactersError(UsageError):
    """A text has characters the model's vocabulary does not."""


class Targets(NamedTuple):
    """A text as labels."""

    labels: Integers
    """(S,) with a separator between words."""
    first: Integers
    """(W,): index of each word's first label."""
    last: Integers
    """(W,): index of each word's last label."""
    words: tuple[str, ...]


class Spans(NamedTuple):
    """Frames of the words of one utterance."""

    start: Integers
    """(W,): first frame, blank expansion included."""
    end: Integers
    """(W,): one past the last frame."""
    core_start: Integers
    """(W,): first frame of the first letter."""
    core_end: Integers
    """(W,): one past the last frame of the last letter."""


class Word(NamedTuple):
    """One word of the result; times in seconds."""

    text: str
    start_s: float
    end_s: float
    confidence: float


def targets_of(text: str, vocabulary: Mapping[str, int], name: str) -> Targets:
    """Labels of a text in the case the vocabulary has.

    Raises UnknownCharactersError naming the utterance and the characters, and for a text without
    a single word.
    """
    upper = not any(key.islower() and len(key) == 1 for key in vocabulary)
    words = tuple((text.upper() if upper else text.lower()).split())
    unknown = sorted({letter for word in words for letter in word if letter not in vocabulary})
    if unknown:
        raise UnknownCharactersError(
            f"{name}: the model's vocabulary has no {' '.join(map(repr, unknown))}.",
            hint="Spell out numbers and signs, and leave punctuation out.",
        )
    if not words:
        raise UnknownCharactersError(f"{name}: expected a text with at least one word, found none.")
    labels: list[int] = []
    first, last = [], []
    for word in words:
        if labels:
            labels.append(vocabulary[SEPARATOR])
        first.append(len(labels))
        labels += [vocabulary[letter] for letter in word]
        last.append(len(labels) - 1)
    return Targets(np.array(labels), np.array(first), np.array(last), words)


def group(states: Integers, targets: Targets, expansion: int = EXPANSION_FRAMES) -> Spans:
    """Frames of every word. states: (T,) as ``viterbi`` gives them."""
    # States never go back, so a label's frames are where its state would be inserted.
    core_start = np.searchsorted(states, 2 * targets.first + 1, side="left")
    core_end = np.searchsorted(states, 2 * targets.last + 1, side="right")
    edges_before = np.concatenate(([0], core_end[:-1]))
    edges_after = np.concatenate((core_start[1:], [len(states)]))
    # An outer gap belongs to one word; an inner one to two, the odd frame to the later.
    room_before = core_start - edges_before
    room_before[1:] -= room_before[1:] // 2
    room_after = edges_after - core_end
    room_after[:-1] //= 2
    start = core_start - np.minimum(room_before, expansion)
    end = core_end + np.minimum(room_after, expansion)
    return Spans(start, end, core_start, core_end)


def confidence(
    log_probs: NDArray[np.floating[Any]], states: Integers, targets: Targets, spans: Spans
) -> NDArray[np.float64]:
    """(W,) in 0..1. log_probs: (T, V); blanks and separators inside a word do not count."""
    frames = np.flatnonzero(states % 2 == 1)
    letters = states[frames] // 2
    scores = log_probs[frames, targets.labels[letters]].astype(np.float64)
    sums = np.concatenate(([0.0], np.cumsum(scores)))
    low = np.searchsorted(frames, spans.core_start)
    high = np.searchsorted(frames, spans.core_end)
    found: NDArray[np.float64] = np.exp((sums[high] - sums[low]) / (high - low))
    return found


def words_of(
    targets: Targets,
    spans: Spans,
    confidences: Sequence[float] | NDArray[np.float64],
    stride_s: float,
) -> tuple[Word, ...]:
    """The result a person reads; ``stride_s`` is the time between two frames."""
    return tuple(
        Word(text, round(start * stride_s, 6), round(end * stride_s, 6), float(confidence))
        for text, start, end, confidence in zip(
            targets.words, spans.start.tolist(), spans.end.tolist(), confidences, strict=True
        )
    )


def text_of(words: Sequence[Word]) -> str:
    """``MORNING 0.24-0.61 · TRAIN …``: times to 10 ms, one line."""
    return " · ".join(f"{word.text} {word.start_s:.2f}-{word.end_s:.2f}" for word in words)

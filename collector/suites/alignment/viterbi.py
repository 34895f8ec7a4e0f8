"""Find the most probable path of a text through CTC emissions, exactly, in numpy.

The lattice of CTC (Graves 2006) has a blank before, between and after the labels. Blanks and labels
are kept in two arrays, which makes the step "this label, or its blank, or the label before" two
element-wise maxima: a label may be reached from whatever its blank may be reached from. No
back-pointers are stored: the way back compares scores again, one comparison a frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class TooFewFramesError(BrokenDataError):
    """The audio is too short for the text: no path exists."""


class BestPath(NamedTuple):
    """The best path."""

    states: NDArray[np.int64]
    """(T,): 0..2S; even states are blanks, state 2 i + 1 is label i."""
    score: float
    """Sum of the log-probabilities along the path."""


def frames_needed(targets: NDArray[np.int64]) -> int:
    """Fewest frames a text fits into: one a label, and a blank between equal neighbours."""
    return len(targets) + int(np.count_nonzero(targets[1:] == targets[:-1]))


def check_length(frames: int, targets: NDArray[np.int64]) -> None:
    """Raises TooFewFramesError when no path can exist, ValueError for an empty text."""
    if len(targets) == 0:
        raise ValueError("expected a text with at least one label, found none.")
    needed = frames_needed(targets)
    if frames < needed:
        raise TooFewFramesError(
            f"expected at least {needed} frames for {len(targets)} labels, found {frames}.",
            hint="The audio is too short for its text, or the text belongs to another file.",
        )


def viterbi(
    log_probs: NDArray[np.floating[Any]], targets: NDArray[np.int64], blank: int = 0
) -> BestPath:
    """Best path of ``targets`` through ``log_probs``.

    log_probs: (T, V) natural logarithms, any float type; -inf is allowed. targets: (S,) int64
    without blanks. Ties are broken towards the earlier state. Time O(T S), memory 16 T S bytes.
    Raises TooFewFramesError, and ValueError for an empty text.
    """
    frames = len(log_probs)
    check_length(frames, targets)
    blanks, labels = _scores(log_probs, targets, blank)
    last = len(targets)
    end_blank, end_label = float(blanks[-1, last]), float(labels[-1, last])
    states = _way_back(blanks, labels, targets, at_blank=end_blank > end_label)
    return BestPath(states, max(end_blank, end_label))


def _scores(
    log_probs: NDArray[np.floating[Any]], targets: NDArray[np.int64], blank: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Best score of every prefix: (T, S + 1) blanks, (T, S + 1) labels, label i in column i + 1.

    Column 0 of the labels stands for "no label yet" and stays -inf.
    """
    frames, size = len(log_probs), len(targets)
    emitted = log_probs[:, targets].astype(np.float64)
    silence = log_probs[:, blank].astype(np.float64).tolist()
    twins = np.flatnonzero(targets[1:] == targets[:-1]) + 1
    blanks = np.empty((frames, size + 1))
    labels = np.empty((frames, size + 1))
    blanks[0] = labels[0] = labels[:, 0] = -np.inf
    blanks[0, 0] = silence[0]
    labels[0, 1] = emitted[0, 0]
    maximum, add = np.maximum, np.add
    blank_before, label_before = blanks[0], labels[0]
    for t, frame in enumerate(emitted[1:], 1):
        blank_now, label_now = blanks[t], labels[t]
        inner = label_now[1:]
        maximum(blank_before, label_before, out=blank_now)
        maximum(label_before[1:], blank_now[:-1], out=inner)
        if len(twins):  # between equal labels the blank cannot be skipped
            inner[twins] = maximum(label_before[twins + 1], blank_before[twins])
        add(inner, frame, out=inner)
        add(blank_now, silence[t], out=blank_now)
        blank_before, label_before = blank_now, label_now
    return blanks, labels


def _way_back(
    blanks: NDArray[np.float64],
    labels: NDArray[np.float64],
    targets: NDArray[np.int64],
    *,
    at_blank: bool,
) -> NDArray[np.int64]:
    """States from the last frame to the first; ties stay, then take the blank, then the label."""
    frames = len(blanks)
    states = np.empty(frames, np.int64)
    # Plain numbers compare several times faster than numpy scalars.
    skippable = [False, False, *(targets[1:] != targets[:-1]).tolist()]
    column = len(targets)
    for t in range(frames - 1, -1, -1):
        states[t] = 2 * column if at_blank else 2 * column - 1
        if t == 0:
            break
        if at_blank:
            at_blank = not labels.item(t - 1, column) > blanks.item(t - 1, column)
            continue
        best, before = labels.item(t - 1, column), blanks.item(t - 1, column - 1)
        if skippable[column] and labels.item(t - 1, column - 1) > max(best, before):
            column -= 1
        elif before > best:
            column -= 1
            at_blank = True
    return states


def labels_of(
    states: NDArray[np.int64], targets: NDArray[np.int64], blank: int = 0
) -> NDArray[np.int64]:
    """Label of every frame: (T,) int64, as other aligners report it."""
    inside = states % 2 == 1
    found = np.full(len(states), blank, np.int64)
    found[inside] = targets[states[inside] // 2]
    return found

"""Decide after every round whether a case continues, for how long, and why it stops.

Pure: takes the progress so far, returns the next round or the end.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

from collector.contract import Sampling


class Reached(NamedTuple):
    """The progress of sampling one case."""

    samples: int
    clean: int
    """Samples that were not preempted; equal to ``samples`` where that cannot be known."""
    rounds: int
    spent_s: float
    """Time that counts against the limit: without time lost to other programs."""
    half_width: float | None
    """Of the 95 % interval, as a share of the aggregate; None while there are too few samples."""
    elapsed_s: float = 0.0
    """Elapsed time; 0 when it equals ``spent_s``."""


class NextRound(NamedTuple):
    """Take this many samples, in at most this many seconds (0: no limit)."""

    repeats: int
    max_s: float


class Stop(NamedTuple):
    """No more samples."""

    unmet: str
    """The unmet condition as a sentence; empty when all were met."""


NOTHING = Reached(samples=0, clean=0, rounds=0, spent_s=0.0, half_width=None)


def next_step(sampling: Sampling, reached: Reached, *, interleaved: bool) -> NextRound | Stop:
    """The next round of a case, or the reason to stop.

    With fixed ``repeats`` exactly that many samples are taken, spread over ``rounds`` when variants
    are interleaved, whatever the time. Otherwise sampling stops when the interval is narrow enough,
    not before ``min_repeats`` clean samples, and not after ``max_s`` or ``max_repeats``.
    """
    rounds = max(1, sampling.rounds) if interleaved else 1
    if sampling.repeats is not None:
        left = sampling.repeats - reached.samples
        per = math.ceil(sampling.repeats / rounds)
        return NextRound(min(left, per), 0.0) if left > 0 else Stop("")
    enough = reached.clean >= sampling.min_repeats
    narrow = reached.half_width is not None and reached.half_width <= sampling.half_width
    if enough and narrow and reached.rounds >= rounds:
        return Stop("")
    if reached.samples >= sampling.max_repeats:
        return Stop(_unmet(sampling, reached, f"after {reached.samples} repeats"))
    if reached.spent_s >= sampling.max_s:
        return Stop(_unmet(sampling, reached, f"at {reached.elapsed_s or reached.spent_s:.3g} s"))
    left_s = sampling.max_s - reached.spent_s
    rounds_left = rounds - reached.rounds
    if rounds_left > 0:
        # The first rounds share the time evenly, so that even a slow case takes part in every
        # round.
        missing = max(rounds_left, sampling.min_repeats - reached.samples)
        size, seconds = math.ceil(missing / rounds_left), left_s / rounds_left
    else:
        size, seconds = _more(sampling, reached), left_s
    return NextRound(min(size, sampling.max_repeats - reached.samples), seconds)


def is_due(sampling: Sampling, process: int) -> bool:
    """Whether this process, counted from 0, has anything to do."""
    most = sampling.processes if sampling.repeats is None else sampling.repeats
    return process < min(sampling.processes, most)


def part(sampling: Sampling, process: int) -> Sampling:
    """The sampling options of one process (index from 0) when samples are spread over several.

    Fixed ``repeats`` come out exact. The interval of one process may be wider by the square root of
    their number: together they narrow it to what is wanted.
    """
    several = sampling.processes
    if several == 1:
        return sampling
    repeats = sampling.repeats
    if repeats is not None:
        repeats = repeats // several + (process < repeats % several)
    return msgspec.structs.replace(
        sampling,
        repeats=repeats,
        min_repeats=math.ceil(sampling.min_repeats / several),
        max_repeats=math.ceil(sampling.max_repeats / several),
        max_s=sampling.max_s / several,
        half_width=sampling.half_width * math.sqrt(several),
    )


def unmet_by_all(sampling: Sampling, reached: Reached) -> str:
    """The condition that several processes together did not meet; empty when all were met."""
    narrow = reached.half_width is not None and reached.half_width <= sampling.half_width
    if sampling.repeats is not None or (narrow and reached.clean >= sampling.min_repeats):
        return ""
    return _unmet(sampling, reached, f"after {sampling.processes} processes")


def _more(sampling: Sampling, reached: Reached) -> int:
    """Samples still needed: intervals narrow with the square root of n; at most as many again."""
    if reached.half_width is None or reached.clean < sampling.min_repeats:
        return max(1, sampling.min_repeats - reached.clean)
    needed = reached.clean * (reached.half_width / sampling.half_width) ** 2
    return max(1, min(math.ceil(needed - reached.clean), reached.samples))


def _unmet(sampling: Sampling, reached: Reached, where: str) -> str:
    width = "no interval" if reached.half_width is None else f"interval ±{reached.half_width:.1%}"
    width = width.replace("%", " %")
    if reached.clean < sampling.min_repeats:
        return (
            f"stopped {where} with {reached.clean} undisturbed of {sampling.min_repeats} wanted"
            f" repeats, {width}"
        )
    return f"stopped {where}, {width} (wanted ±{sampling.half_width:.1%})".replace("%)", " %)")

"""Combine what several fresh processes measured of one case: one point per series. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from collector.results import points
from collector.results.aggregate import SPOILED, measured
from history.words.records import Measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.contract import Case, Sampling
    from history.words.records import Failed, Invalid, Point, Side, Skipped


class Visit(NamedTuple):
    """The measurement of one case by one process."""

    round: int
    process: int
    """Processes of both sides are counted together, in order of their start."""
    points: tuple[Point, ...]


def points_of(case: Case, side: Side, visits: Sequence[Visit]) -> tuple[Point, ...]:
    """The points of one side; every sample knows its round and its process.

    A series that one process could not measure is absent as a whole, with the reason of that
    process: the remaining rounds would be a biased selection.
    """
    grouped: dict[tuple[object, ...], list[tuple[Visit, Point]]] = {}
    for visit in visits:
        for point in visit.points:
            key = (point.benchmark, str(point.params), point.variant, point.metric)
            grouped.setdefault(key, []).append((visit, point))
    return tuple(_merged(case.sampling, side, found) for found in grouped.values())


def absent(
    suite: str, case: Case, side: Side, outcome: Skipped | Failed | Invalid
) -> tuple[Point, ...]:
    """The same absence of one side for every metric of the case."""
    found = points.absent(suite, case, outcome)
    return tuple(msgspec.structs.replace(point, side=side) for point in found)


def _merged(sampling: Sampling, side: Side, found: Sequence[tuple[Visit, Point]]) -> Point:
    last = found[-1][1]
    for _, point in found:
        if not isinstance(point.outcome, Measured):
            return msgspec.structs.replace(point, side=side)
    samples: list[float] = []
    rounds: list[int] = []
    processes: list[int] = []
    preempted: list[int] = []
    warnings: dict[str, None] = {}
    for visit, point in found:
        outcome = point.outcome
        assert isinstance(outcome, Measured)  # noqa: S101 - looked at above
        taken = outcome.samples or (outcome.value,)
        preempted += [len(samples) + place for place in outcome.preempted]
        samples += taken
        rounds += [visit.round] * len(taken)
        processes += [visit.process] * len(taken)
        warnings.update(dict.fromkeys(outcome.warnings))
    warnings.pop(SPOILED, None)  # only all visits together show whether there are too few
    fingerprints = {point.fingerprint for _, point in found}
    made = measured(
        np.asarray(samples, dtype=np.float64),
        msgspec.structs.replace(sampling, repeats=None),
        preempted=preempted,
        rounds=rounds,
        processes=processes,
    )
    return msgspec.structs.replace(
        last,
        # The control shows the noise; only the suite's own warnings are kept here.
        outcome=msgspec.structs.replace(made, warnings=tuple(warnings)),
        side=side,
        # An output that differs between processes cannot be compared between sides.
        fingerprint=last.fingerprint if len(fingerprints) == 1 else "",
    )

"""Detect changes in every series, or use the stored detection if it is still valid.

A detection depends on the points and the rules alone, so it is stored under a hash of the points
and the name and version of the detector. A change of a detector's results requires a new version
(tests/history/detect/test_rule_version.py notices when nobody did).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from math import nan
from typing import TYPE_CHECKING, Final

import numpy as np

from history import workers
from history.detect import Observations
from history.judge.episodes import Alarm
from history.words.metrics import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from history.detect.interface import Detection, Detector
    from history.read.series import Series
    from history.read.view import View


_EXACT: Final = frozenset({Kind.QUALITY, Kind.COUNT})


@dataclass(frozen=True, slots=True)
class Raised:
    """A stored alarm: its position, direction and id."""

    commit: str
    change: float
    episode: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The stored detection of one series."""

    rules: str
    inputs: str
    points: int
    detection: Detection
    raised: tuple[Raised, ...]


@dataclass(frozen=True)
class Detected:
    """The detections of every series of a history."""

    rules: str
    """Name and version of the detector."""
    detections: Mapping[str, Detection]
    raised: Mapping[str, tuple[Raised, ...]]
    """Alarms raised before, by series id."""
    fresh: tuple[str, ...]
    """Series that had to be detected again, because their points or the rules are new."""


def detect(view: View, finder: Detector, kept: Mapping[str, Kept] | None = None) -> Detected:
    """Detect changes in every series without a valid stored detection."""
    rules = rules_of(finder)
    detections: dict[str, Detection] = {}
    fresh: dict[str, Observations] = {}
    for series in view.series:
        known = (kept or {}).get(series.series_id)
        seen = seen_of(view, series)
        if known is not None and (known.rules, known.inputs) == (rules, inputs_of(seen)):
            detections[series.series_id] = known.detection
        else:
            fresh[series.series_id] = seen
    found = workers.in_order(finder.detect, list(fresh.values()))
    detections |= zip(fresh, found, strict=True)
    raised = {series_id: one.raised for series_id, one in (kept or {}).items()}
    return Detected(rules, detections, raised, tuple(fresh))


def known_alarms(view: View, raised: Mapping[str, Sequence[Raised]]) -> dict[str, list[Alarm]]:
    """Stored alarms at the present index of their commits, by series id."""
    found: dict[str, list[Alarm]] = {}
    for series in view.series:
        own = raised.get(series.series_id)
        if own:
            place = _places(view, series)
            found[series.series_id] = [
                Alarm(place[one.commit], one.change, one.episode)
                for one in own
                if one.commit in place
            ]
    return found


def rules_of(finder: Detector) -> str:
    """``steps 1``: name and version of a detector, the key of stored detections."""
    return f"{finder.name} {finder.version}"


def seen_of(view: View, series: Series) -> Observations:
    """The observations of a series for a detector, with points of other branches as absences.

    A side branch that was measured once must neither hide a change of the main branch nor cause
    one.
    """
    aside = view.aside(series)
    values = np.where(aside, nan, series.values) if aside.any() else series.values
    return Observations(values, series.spread, series.n, exact=is_exact(series))


def is_exact(series: Series) -> bool:
    """Whether the value depends on the commit only: no repeat ever differed from the others.

    Error rates, scores and counts are assumed to be exact until a repeat differs, since most have
    one value a run. Other metrics, except times, must have four or more equal repeats in every run.
    """
    scatter = series.spread[series.measured]
    known = np.isfinite(scatter)
    if (scatter[known] > 0).any():
        return False
    return series.kind in _EXACT or (
        series.kind != Kind.TIME and bool(known.size) and bool(known.all())
    )


def inputs_of(seen: Observations) -> str:
    """Hash of all inputs of a detector for a series."""
    digest = blake2b(b"exact" * seen.exact, digest_size=12)
    for numbers in (seen.values, seen.spread, seen.counts):
        if numbers is not None:
            digest.update(numbers.tobytes())
    return digest.hexdigest()


def _places(view: View, series: Series) -> dict[str, int]:
    """First index of each commit in a series."""
    last_first = enumerate(reversed(view.shas_of(series)), 1)
    return {sha: series.size - back for back, sha in last_first}

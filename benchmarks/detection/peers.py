"""Ask other tools' detectors the same question; each is used only where it is installed.

Relative changes below 2 % are dropped for every peer that has no minimum effect of its own, as
they are for ours: without that the peers would look worse for an opinion, not for a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.score import Flag, Judge
from history.detect.interface import Observations

Floats = NDArray[np.float64]
Boundaries = Callable[[Floats], Sequence[int]]

MINIMUM_EFFECT = 0.02


def peers() -> dict[str, Judge]:
    """Name and version -> judge, for every peer that can be imported here."""
    makers: dict[str, tuple[str, Callable[[], Judge]]] = {
        "apache-otava": ("otava", otava),
        "asv": ("asv", asv),
        "ruptures": ("ruptures", ruptures),
    }
    return {name: make() for name, (module, make) in makers.items() if find_spec(module)}


def from_boundaries(boundaries: Boundaries, observations: Observations) -> list[Flag]:
    """Flags from boundaries over the measured points, with the sign of the medians."""
    values = np.asarray(observations.values, dtype=np.float64)
    positions = np.flatnonzero(np.isfinite(values))
    y = values[positions]
    places = [p for p in sorted({int(b) for b in boundaries(y)}) if 0 < p < y.size]
    edges = [0, *places, y.size]
    flags = []
    for i, place in enumerate(places, start=1):
        before = float(np.median(y[edges[i - 1] : place]))
        after = float(np.median(y[place : edges[i + 1]]))
        if abs(after / before - 1) >= MINIMUM_EFFECT:
            flags.append(Flag(int(positions[place]), 1 if after > before else -1))
    return flags


def otava() -> Judge:
    """E-divisive over sliding windows with a t test; its default window 50 and p 0.001."""
    from otava.analysis import compute_change_points  # type: ignore[import-not-found]

    def boundaries(y: Floats) -> list[int]:
        found: Any
        found, _ = compute_change_points(y.tolist(), window_len=50, max_pvalue=0.001)
        return [point.index for point in found]

    return lambda observations: from_boundaries(boundaries, observations)


def asv() -> Judge:
    """Piecewise constant L1 fit with an information criterion, with asv's own settings."""
    from asv.step_detect import detect_steps  # type: ignore[import-not-found]

    def boundaries(y: Floats) -> list[int]:
        return [step[0] for step in detect_steps(y.tolist())][1:]

    return lambda observations: from_boundaries(boundaries, observations)


def ruptures() -> Judge:
    """Kernel change points on standardised logarithms; penalty chosen on the tuning seeds."""
    import ruptures as rpt  # type: ignore[import-not-found]

    def boundaries(y: Floats) -> list[int]:
        log = np.log(y)
        noise = 1.4826 * float(np.median(np.abs(np.diff(log)))) / 2**0.5
        signal = log[:, None] / max(noise, 1e-3)
        fit = rpt.KernelCPD(kernel="rbf", min_size=3).fit(signal)
        return list(fit.predict(pen=RUPTURES_PENALTY * np.log(y.size)))[:-1]

    return lambda observations: from_boundaries(boundaries, observations)


RUPTURES_PENALTY = 0.5
"""Times ln n: best F1 on the tuning seeds among 0.5, 1, 2 and 3; the linear kernel is worse."""

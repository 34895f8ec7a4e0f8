"""Plant steps in the noise of a real project's history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from benchmarks.detection.series import Labelled, log_uniform, plant
from history.detect.interface import Observations

Floats = NDArray[np.float64]

LEVEL_WINDOW = 31
"""Points of the running median that is taken away: it follows real changes, not the noise."""
LEAST_POINTS = 60
LEAST_BLOCKS = 40
"""Points of a history whose noise is only spliced."""
REPEATED_CHANGE_SIGMA = 3.0
"""The limit below for noise that is spliced."""
REAL_CHANGE_SIGMA = 4.0
"""Three residuals in a row beyond this are a real change of that project, not its noise: nobody
can label such a history, so it is left out."""


def histories(data_js: Path) -> dict[str, Floats]:
    """Values of each benchmark in a github-action-benchmark `data.js`, oldest first."""
    text = data_js.read_text(encoding="utf-8")
    found: dict[str, list[float]] = {}
    for entries in json.loads(text[text.index("{") :])["entries"].values():
        for entry in entries:
            for bench in entry["benches"]:
                found.setdefault(bench["name"], []).append(float(bench["value"]))
    return {name: np.asarray(values) for name, values in sorted(found.items())}


def noise_of(values: Floats) -> Floats:
    """Log residuals from a running median of 31 points, in their order; values: (n,), positive."""
    y = np.log(values)
    padded = np.pad(y, LEVEL_WINDOW // 2, mode="reflect")
    residual: Floats = y - np.median(sliding_window_view(padded, LEVEL_WINDOW), axis=1)
    return residual


def holds_real_change(noise: Floats, sigma: float, limit: float = REAL_CHANGE_SIGMA) -> bool:
    """True if three neighbouring residuals lie far out on one side; noise: (n,)."""
    three = sliding_window_view(noise, 3)
    nearest = np.maximum(three.min(axis=1), -three.max(axis=1))
    return bool(nearest.max() > limit * sigma)


def planted(data_js: Path, seed: int, rounds: int = 10) -> Iterator[Labelled]:
    """Each long enough history `rounds` times, with none to four steps each time."""
    for number, (name, values) in enumerate(histories(data_js).items()):
        if values.size < LEAST_POINTS or values.min() <= 0:
            continue
        noise = noise_of(values)
        sigma = 1.4826 * float(np.median(np.abs(noise)))
        if holds_real_change(noise, sigma):
            continue
        for turn in range(rounds):
            rng = np.random.default_rng([seed, number, turn])
            count = int(rng.integers(0, 5))
            level, truths = plant(rng, values.size, sigma, count=count, gap=12, least_sigma=2.0)
            yield Labelled(
                "real", f"{name}-{turn}", Observations(np.exp(noise + level)), tuple(truths)
            )


def spliced(data_js: Path, seed: int, rounds: int = 10) -> Iterator[Labelled]:
    """New series of 60 to 300 points from blocks of a history's noise, every other one backwards.

    Blocks of 8 to 30 neighbours keep how the noise follows itself. Histories too short to be
    judged take part. One excursion would come back in every other series, so fewer are allowed.
    """
    for number, (name, values) in enumerate(histories(data_js).items()):
        if values.size < LEAST_BLOCKS or values.min() <= 0:
            continue
        noise = noise_of(values)
        sigma = 1.4826 * float(np.median(np.abs(noise)))
        if holds_real_change(noise, sigma, REPEATED_CHANGE_SIGMA):
            continue
        for turn in range(rounds):
            rng = np.random.default_rng([3, seed, number, turn])
            n = round(log_uniform(rng, 60, 300))
            drawn = blocks(rng, noise, n)
            count = int(rng.integers(0, 2 + n // 40))
            level, truths = plant(rng, n, sigma, count=count, gap=12, least_sigma=2.0)
            yield Labelled(
                "spliced", f"{name}-{turn}", Observations(np.exp(drawn + level)), tuple(truths)
            )


def blocks(rng: np.random.Generator, noise: Floats, n: int) -> Floats:
    """Exactly n points: blocks of neighbours, read forwards or backwards; noise: (m,)."""
    parts: list[Floats] = []
    while sum(part.size for part in parts) < n:
        width = int(rng.integers(8, 31))
        start = int(rng.integers(0, noise.size - width + 1))
        parts.append(noise[start : start + width])
    drawn: Floats = np.concatenate(parts)[:n]
    return drawn[::-1] if rng.random() < 0.5 else drawn

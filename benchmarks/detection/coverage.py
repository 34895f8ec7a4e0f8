"""Print how often intervals hold a planted step: `python -m benchmarks.detection.coverage`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from benchmarks.detection.noises import NOISES, OTHERS, Noise
from history.detect.interface import ChangeKind, Observations
from history.detect.step_detector import StepDetector

BEFORE = 60
AFTER = (3, 5, 10, 30)
"""Points of the levels on both sides of the step."""
STEP = 0.30
SIGMA = 0.02
NEAR = 2
"""Points from the planted place within which a step counts as found."""


def main(arguments: list[str] | None = None) -> None:
    """Print one row a noise as Markdown, in percent."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection.coverage")
    parser.add_argument("--series", type=int, default=1500, help="series per noise and length")
    parser.add_argument("--seed", type=int, default=95, help="what the series are drawn with")
    parser.add_argument("--others", action="store_true", help="noises nothing was chosen on")
    asked = parser.parse_args(arguments)
    print("| noise | " + " | ".join(f"{points} after" for points in AFTER) + " |")
    print("|---|" + "---|" * len(AFTER))
    noises: Mapping[str, Noise] = OTHERS if asked.others else NOISES
    cells = [(name, points, asked.series, asked.seed) for name in noises for points in AFTER]
    with ProcessPoolExecutor() as workers:
        shares = list(workers.map(_cell, cells))
    for row, name in enumerate(noises):
        of_row = shares[row * len(AFTER) : (row + 1) * len(AFTER)]
        print(f"| {name} | " + " | ".join(f"{100 * share:.1f}" for share in of_row) + " |")


def _cell(cell: tuple[str, int, int, int]) -> float:
    name, points, series, seed = cell
    return coverage((NOISES | OTHERS)[name], points, series, seed)


def coverage(noise: Noise, points_after: int, series: int, seed: int) -> float:
    """Share of the steps found whose interval holds the planted change.

    Raises ValueError if a fifth of the steps or more is not found: what is left would be a choice.
    """
    held = found = 0
    for number in range(series):
        rng = np.random.default_rng([seed, number, points_after])
        y = SIGMA * noise(rng, BEFORE + points_after)
        y[BEFORE:] += np.log1p(STEP)
        for change in StepDetector().detect(Observations(100 * np.exp(y))).changes:
            if abs(change.index - BEFORE) <= NEAR and change.kind is ChangeKind.STEP:
                found += 1
                held += change.low <= STEP <= change.high
    if found <= 0.8 * series:
        raise ValueError(f"{found} of {series} steps were found; make them larger")
    return held / found


if __name__ == "__main__":
    main()

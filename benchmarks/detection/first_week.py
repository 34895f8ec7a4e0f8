"""Ask how a young record is judged: `python -m benchmarks.detection.first_week --help`.

Histories of 24 points in the noises of both generators, judged at every commit from the sixth on:
what is flagged where nothing changed, and how soon a step of 30 % after 5 to 19 points is told.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection import second, series
from benchmarks.detection.score import Judge, Score, flags_of, prefix, score_online
from benchmarks.detection.series import Labelled, Truth
from history.detect.interface import ChangeStatus, Observations
from history.detect.registry import detector

Floats = NDArray[np.float64]
Noise = Callable[[np.random.Generator, int], tuple[Floats, float]]

POINTS = 24
FROM = 6
"""First commit that is judged."""
STEP = 0.30
NOISE = 0.01
BEFORE = (5, 6, 8, 12, 19)
AFTER = (1, 2, 3, 4, 5)
FIRST = (
    series.lognormal, series.heavy, series.spiky, series.two_state, series.changing_variance,
    series.autocorrelated,
)  # fmt: skip


def families() -> dict[str, Noise]:
    """Every noise of both generators, by name."""
    found: dict[str, Noise] = {noise.__name__: noise for noise in FIRST}
    for name, noise in second.KINDS.items():
        found[f"{name} (second)"] = partial(_of_second, noise)
    return found


def _of_second(noise: second.Noise, rng: np.random.Generator, n: int) -> tuple[Floats, float]:
    return noise(rng, n, float(rng.beta(1.2, 3.0)) * 0.06 + 0.003)


def unchanged(seed: int, count: int) -> Iterator[Labelled]:
    """`count` short histories of every family in which nothing changes."""
    for place, (family, noise) in enumerate(families().items()):
        for number in range(count):
            rng = np.random.default_rng([3, seed, place, number])
            values = 100 * np.exp(noise(rng, POINTS)[0])
            yield Labelled(family, f"{family}-{number}", Observations(values))


def stepped(seed: int, before: int, number: int) -> Labelled:
    """A step up or down by 30 % after so many points of 1 % noise."""
    rng = np.random.default_rng([4, seed, before, number])
    size = STEP if rng.random() < 0.5 else -STEP
    values = 100 * np.exp(rng.normal(0, NOISE, before + max(AFTER)))
    values[before:] *= 1 + size
    truth = Truth(before, before, size)
    return Labelled("step", f"step-{before}-{number}", Observations(values), (truth,))


def false_alarms(judge: Judge, seed: int, count: int) -> dict[str, Score]:
    """The score of every family, and of all together."""
    scores: dict[str, Score] = {}
    every = Score()
    for one in unchanged(seed, count):
        score_online(judge, one, scores.setdefault(one.family, Score()), first=FROM)
    for score in scores.values():
        every.false += score.false
        every.false_confirmed += score.false_confirmed
        every.unchanged += score.unchanged
    return {**scores, "all": every}


def caught(seed: int, before: int, count: int) -> list[tuple[float, float]]:
    """For each number of new points the share of steps told, and confirmed, at their place."""
    finder = detector()
    shares = []
    for after in AFTER:
        told = sure = 0
        for number in range(count):
            seen = prefix(stepped(seed, before, number).observations, before + after)
            here = [one.status for one in finder.detect(seen).changes if one.index == before]
            told += bool(here)
            sure += ChangeStatus.CONFIRMED in here
        shares.append((told / count, sure / count))
    return shares


def main(arguments: list[str] | None = None) -> None:
    """Print both tables as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection.first_week")
    parser.add_argument("--tuning", action="store_true", help="use the tuning seed")
    parser.add_argument("--per-family", type=int, default=200, help="histories per family")
    asked = parser.parse_args(arguments)
    seed = (series.TUNING_SEEDS if asked.tuning else series.REPORTING_SEEDS)[0]
    write = sys.stdout.write
    write("| nothing changed | points | false / 1,000 | of these confirmed |\n|---|---|---|---|\n")
    for name, score in false_alarms(flags_of(detector()), seed, asked.per_family).items():
        low, high = score.false_confirmed_interval()
        write(
            f"| {name} | {score.unchanged} | {score.false_per_1000:.2f}"
            f" | {score.false_confirmed_per_1000:.2f} ({low:.2f} to {high:.2f}) |\n"
        )
    heads = " | ".join(f"{after} after" for after in AFTER)
    write(f"\n| step of 30 %, noise 1 % | {heads} |\n{'|---' * (len(AFTER) + 1)}|\n")
    for before in BEFORE:
        cells = (f"{told:.0%}, {sure:.0%} confirmed" for told, sure in caught(seed, before, 200))
        write(f"| {before} points before | {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()

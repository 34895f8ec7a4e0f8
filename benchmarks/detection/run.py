"""Print how well detectors find planted changes: `python -m benchmarks.detection.run --help`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.detection.peers import peers
from benchmarks.detection.real import planted, spliced
from benchmarks.detection.rules import rules
from benchmarks.detection.score import Judge, Score, flags_of, score_online, score_retrospective
from benchmarks.detection.second import SECOND_SEEDS, held_out
from benchmarks.detection.series import REPORTING_SEEDS, TUNING_SEEDS, Labelled, labelled_set
from history.detect.registry import DETECTORS, detector

Series = Callable[[int, int], Iterator[Labelled]]
"""Seed and series per family to labelled series."""
LONGEST_ONLINE = 300
"""Online mode judges every prefix, so only series up to this length take part."""


def main(arguments: list[str] | None = None) -> None:
    """Score the chosen judges and print the tables as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection.run")
    parser.add_argument("--tuning", action="store_true", help="use the tuning seeds")
    parser.add_argument("--per-family", type=int, default=40, help="series per family and seed")
    parser.add_argument("--online", type=int, default=0, help="online series per family and seed")
    parser.add_argument("--second", action="store_true", help="the second generator instead")
    parser.add_argument("--families", action="store_true", help="one row per family, ours only")
    parser.add_argument("--peers", action="store_true", help="other detectors installed here")
    parser.add_argument("--rules", action="store_true", help="per-commit rules of other trackers")
    parser.add_argument("--real", type=Path, help="a github-action-benchmark data.js")
    asked = parser.parse_args(arguments)
    seeds = TUNING_SEEDS if asked.tuning else REPORTING_SEEDS
    series: Series = labelled_set
    if asked.second:
        seeds, series = SECOND_SEEDS, held_out
    judges: dict[str, Judge] = {
        f"soundmark {name}": flags_of(detector(name)) for name in DETECTORS.names()
    }
    ours = next(iter(judges.values()))
    if asked.peers:
        judges |= peers()
    if asked.rules:
        judges |= rules()
    if asked.families:
        _families(ours, series, seeds, asked.per_family)
    else:
        _retrospective(judges, series, seeds, asked.per_family, asked.real)
    if asked.online:
        _online(judges, series, seeds, asked.online)


def _retrospective(
    judges: dict[str, Judge],
    series: Series,
    seeds: tuple[int, ...],
    per_family: int,
    real: Path | None,
) -> None:
    _say(
        "whole history",
        "F1",
        "precision",
        "recall",
        "false / 1,000",
        "off by",
        "drift found",
        "flags / drift",
        "named drift",
        "ms / 1,000",
    )
    for name, judge in judges.items():
        score = Score()
        for seed in seeds:
            for labelled in series(seed, per_family):
                score_retrospective(judge, labelled, score)
        _say(
            name,
            *_quality(score),
            f"{score.localisation:.2f}",
            *_drift(score),
            f"{score.ms_per_1000:.1f}",
        )
        if real is not None:
            for words, noisy in (("real noise", planted), ("spliced real noise", spliced)):
                score = Score()
                for seed in seeds:
                    for labelled in noisy(real, seed):
                        score_retrospective(judge, labelled, score)
                _say(
                    f"{name}, {words}",
                    *_quality(score),
                    f"{score.localisation:.2f}",
                    "",
                    "",
                    "",
                    f"{score.ms_per_1000:.1f}",
                )


def _families(judge: Judge, series: Series, seeds: tuple[int, ...], per_family: int) -> None:
    _say("family", "F1", "precision", "recall", "false / 1,000", "false", "misplaced", "off by")
    scores: dict[str, Score] = {}
    every = Score()
    for seed in seeds:
        for labelled in series(seed, per_family):
            score_retrospective(judge, labelled, scores.setdefault(labelled.family, Score()))
            score_retrospective(judge, labelled, every)
    for family, score in (*scores.items(), ("all", every)):
        false, misplaced = str(score.false), str(score.misplaced)
        _say(family, *_quality(score), false, misplaced, f"{score.localisation:.2f}")


def _online(
    judges: dict[str, Judge], series: Series, seeds: tuple[int, ...], per_family: int
) -> None:
    _say(
        "newest commit only",
        "F1",
        "precision",
        "recall",
        "false / 1,000",
        "of these confirmed",
        "median delay",
        "caught within 2",
        "ms / 1,000",
    )
    for name, judge in judges.items():
        score = Score()
        for seed in seeds:
            for labelled in series(seed, per_family):
                if labelled.observations.values.size <= LONGEST_ONLINE:
                    score_online(judge, labelled, score)
        _say(
            name,
            *_quality(score),
            _confirmed(score),
            f"{score.median_delay:.0f}",
            f"{score.caught_within(2):.0%}",
            f"{score.ms_per_1000:.1f}",
        )


def _quality(score: Score) -> tuple[str, ...]:
    return (
        f"{score.f1:.3f}",
        f"{score.precision:.3f}",
        f"{score.recall:.3f}",
        f"{score.false_per_1000:.2f}",
    )


def _drift(score: Score) -> tuple[str, ...]:
    if not score.ramps:
        return ("", "", "")
    found = score.ramps_found
    return (
        f"{found / score.ramps:.0%}",
        f"{score.ramp_flags / max(found, 1):.1f}",
        f"{score.ramps_named / score.ramps:.0%}",
    )


def _confirmed(score: Score) -> str:
    low, high = score.false_confirmed_interval()
    return f"{score.false_confirmed_per_1000:.2f} ({low:.2f} to {high:.2f})"


def _say(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    if cells[1] == "F1":
        sys.stdout.write("|---" * len(cells) + "|\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

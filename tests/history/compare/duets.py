"""Make the two sides of a duet: a test states only what matters to it."""

import numpy as np

from history.compare.duet import OneSide
from history.compare.rounds import Sampled
from history.words.key import SeriesKey
from history.words.records import Status


def key(benchmark="decode", metric="wall_time", unit="s"):
    return SeriesKey("cli", benchmark, "", "", metric, unit, "box")


def side(
    sampled=None,
    *,
    benchmark="decode",
    metric="wall_time",
    unit="s",
    direction="lower",
    reason="",
    status=Status.MEASURED,
    fingerprint="",
):
    return OneSide(
        key(benchmark, metric, unit),
        direction,
        "time",
        status,
        float(np.median(sampled.samples)) if sampled else None,
        reason,
        sampled or Sampled(),
        fingerprint,
    )


def taken(values, drawn, *, change=1.0, disturbed=()):
    """Both sides of one series: values (rounds, 4) in order of time, head's times `change`.

    Rounds are B H H B where `drawn` is true, else H B B H; `disturbed` are (round, place).
    """
    sides: tuple[tuple[list, ...], ...] = ([], [], [], []), ([], [], [], [])
    for round_, (row, first) in enumerate(zip(values, drawn, strict=True)):
        for place, value in enumerate(row):
            is_head = (place in (1, 2)) == bool(first)
            samples, rounds, processes, preempted = sides[is_head]
            if (round_, place) in disturbed:
                preempted.append(len(samples))
            samples.append(value * change if is_head else value)
            rounds.append(round_)
            processes.append(4 * round_ + place)
    return tuple(Sampled(*side) for side in sides)


def comes_and_goes(generator, rounds, benchmarks=1, run_s=0.058):
    """Times (benchmarks, rounds, 4) beside a load of some seconds, and which it disturbed.

    Half of the time the load slows runs down by up to 120 %; the scheduler's flag misses one in
    twenty, and what merely shares caches (up to 5 %) it never sees.
    """
    count = benchmarks * rounds * 4
    moments = np.arange(count) * run_s
    edges = np.cumsum(generator.exponential(2.0, 3 + int(moments[-1])))
    loaded = np.searchsorted(edges, moments) % 2 == generator.integers(2)
    heavy = generator.random(count) < 0.6
    slower = np.where(
        heavy, generator.uniform(0.3, 1.2, count), generator.uniform(0.0, 0.12, count)
    )
    seen = loaded & (slower > 0.05) & (generator.random(count) < 0.95)
    drift = 0.01 * np.cumsum(generator.normal(size=count)) / np.sqrt(count)
    times = 0.05 * np.exp(generator.normal(0, 0.008, count) + drift) * (1 + loaded * slower)
    in_turn = (rounds, benchmarks, 4)
    return (
        times.reshape(in_turn).transpose(1, 0, 2),
        seen.reshape(in_turn).transpose(1, 0, 2),
    )


def keyed(sides):
    return {one.key: one for one in sides}

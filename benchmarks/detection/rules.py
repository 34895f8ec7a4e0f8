"""The per-commit rules of other trackers, in a few lines each, for comparison.

Each rule flags points. Neighbouring flags of one sign are one alarm here, its first point being
the place; the trackers themselves alert on every one of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.detection.score import Flag, Judge
from history.detect.interface import Observations

Floats = NDArray[np.float64]
Rule = Callable[[Floats], NDArray[np.int64]]
"""Values (n,) to -1, 0 or 1 for each point."""

TOGETHER = 12
"""Flags of one sign no further apart are one alarm: the longest window of the rules below."""


def rules() -> dict[str, Judge]:
    """Name -> judge."""
    named: dict[str, Rule] = {
        "Perfherder (t > 7)": perfherder,
        "rustc-perf (IQR)": rustc_perf,
        "Bencher (t 0.99)": bencher,
        "Conbench (z > 5)": conbench,
        "previous + 10 %": previous,
    }
    return {name: judge_of(rule) for name, rule in named.items()}


def judge_of(rule: Rule) -> Judge:
    """Turn flagged points into alarms."""

    def judge(observations: Observations) -> list[Flag]:
        values = np.asarray(observations.values, dtype=np.float64)
        positions = np.flatnonzero(np.isfinite(values))
        signs = rule(values[positions])
        flags: list[Flag] = []
        last = {1: -TOGETHER - 1, -1: -TOGETHER - 1}
        for i in np.flatnonzero(signs):
            sign = int(signs[i])
            if i - last[sign] > TOGETHER:
                flags.append(Flag(int(positions[i]), sign))
            last[sign] = int(i)
        return flags

    return judge


def previous(y: Floats) -> NDArray[np.int64]:
    """More than 10 % from the point before."""
    change = np.concatenate(([0.0], y[1:] / y[:-1] - 1))
    return np.where(np.abs(change) > 0.10, np.sign(change), 0).astype(np.int64)


def rustc_perf(y: Floats) -> NDArray[np.int64]:
    """Change from the parent beyond Q3 + 3 IQR of the last 30 changes; 0.2 % without history."""
    signs = np.zeros(y.size, dtype=np.int64)
    changes = np.abs(y[1:] - y[:-1]) / y[1:]
    for i in range(1, y.size):
        change = y[i] / y[i - 1] - 1
        limit = 0.002
        if i > 30:
            past = np.sort(changes[i - 31 : i - 1])
            q1, q3 = np.median(past[:15]), np.median(past[15:])
            limit = q3 + 3 * (q3 - q1)
        if abs(change) >= max(limit, 1e-12):
            signs[i] = int(np.sign(change))
    return signs


def bencher(y: Floats) -> NDArray[np.int64]:
    """Outside the 99 % prediction interval of the last 64 points, on either side."""
    signs = np.zeros(y.size, dtype=np.int64)
    for i in range(2, y.size):
        past = y[max(0, i - 64) : i]
        deviation = past.std(ddof=1)
        if deviation == 0:
            continue
        n = past.size
        # 99 % quantile of Student's t, first terms of its expansion around the normal one.
        quantile = 2.326 + 3.729 / (n - 1) + 5.72 / (n - 1) ** 2
        z = (y[i] - past.mean()) / (deviation * np.sqrt(1 + 1 / n))
        if abs(z) > quantile:
            signs[i] = int(np.sign(z))
    return signs


def conbench(y: Floats) -> NDArray[np.int64]:
    """More than five deviations from the rolling mean of up to 100 points before."""
    signs = np.zeros(y.size, dtype=np.int64)
    residual = np.full(y.size, np.nan)
    for i in range(1, y.size):
        residual[i] = y[i] - y[max(0, i - 100) : i].mean()
        past = residual[1:i]
        if past.size > 2 and past.std() > 0 and abs(residual[i]) > 5 * past.std():
            signs[i] = int(np.sign(residual[i]))
    return signs


def perfherder(y: Floats) -> NDArray[np.int64]:
    """Weighted t of 12 points on each side above 7, a local maximum of t, and at least 2 %."""
    window = 12
    t = np.zeros(y.size)
    weight = (window - np.arange(window)) / window
    mass = weight.sum()
    change = np.zeros(y.size)
    for i in range(window, y.size - window + 1):
        back, fore = y[i - window : i][::-1], y[i : i + window]
        low, high = weight @ back / mass, weight @ fore / mass
        error = np.sqrt(back.var(ddof=1) / window + fore.var(ddof=1) / window)
        t[i] = abs(high - low) / error if error > 0 else (np.inf if high != low else 0.0)
        change[i] = high / low - 1
    peak = (t >= np.concatenate(([0.0], t[:-1]))) & (t > np.concatenate((t[1:], [0.0])))
    return np.where(peak & (t > 7) & (np.abs(change) >= 0.02), np.sign(change), 0).astype(np.int64)

# ruff: noqa: INP001 - a program, not a module
"""Benchmarks of pytest-benchmark: ``pytest speed.py --benchmark-json=out.json``."""

import math

import pytest

VALUES = [math.sin(0.01 * i) for i in range(32_000)]


@pytest.mark.parametrize("width", [50, 3200])
def test_best(benchmark, width):
    benchmark.pedantic(max, args=(VALUES[:width],), rounds=5, iterations=20)


def test_sort(benchmark):
    benchmark.pedantic(sorted, args=(VALUES[:1000],), rounds=5, iterations=20)

# ruff: noqa: INP001 - a program, not a module
"""Benchmarks that are hard to read back: objects, paths, brackets, a failed test."""

import pytest


def fast():
    return sum(range(10))


def slow():
    return sum(range(1000))


@pytest.mark.parametrize("how", [fast, slow])
@pytest.mark.parametrize("width", [50, 3200])
def test_how(benchmark, how, width):
    benchmark.extra_info.update(width_squared=width**2, model="tiny")
    benchmark.pedantic(how, rounds=3, iterations=5)


@pytest.mark.parametrize("clip", ["/data/clean/clip1.wav", "/data/noisy/clip1.wav"])
def test_clip(benchmark, clip):
    benchmark.pedantic(len, args=(clip,), rounds=3, iterations=5)


@pytest.mark.parametrize("text", [[1, 2]], ids=str)
def test_text(benchmark, text):
    benchmark.pedantic(len, args=(text,), rounds=3, iterations=5)


def test_broken(benchmark):
    benchmark.pedantic(fast, rounds=3, iterations=5)
    raise ValueError("the device is gone")

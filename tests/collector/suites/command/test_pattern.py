"""Regular expressions over output."""

from __future__ import annotations

from typing import Any

import pytest

from collector.suites.command.options import Reads
from collector.suites.command.pattern import Pattern
from history.words.metrics import Direction
from history.words.records import Measured


def pattern(text: str, **table: Any) -> list[Any]:
    return list(Pattern(Reads(format="regex", **table)).parse(text).points)


def test_bencher_lines_are_read_with_their_thousands_and_their_unit():
    text = (
        "test top_k/32000 ... bench:     1,556,003 ns/iter (+/- 12)\ntest mel ... bench: 5 us/iter"
    )
    name, number = (
        r"^test (?P<benchmark>\S+) .*",
        r"bench:\s+(?P<operation_time>[\d,.]+) (?P<unit>\w+)/",
    )
    found = pattern(text, pattern=name + number)
    assert [(point.benchmark, point.outcome.value) for point in found] == [
        ("top_k/32000", pytest.approx(1.556003e-3)), ("mel", pytest.approx(5e-6)),
    ]  # fmt: skip


def test_several_matches_are_several_samples():
    (point,) = pattern("t=1\nt=3\nt=2\n", pattern=r"t=(\d)", metric="forward_time", unit="ms")
    assert point.outcome.samples == pytest.approx((0.001, 0.003, 0.002))
    assert point.outcome.value == pytest.approx(0.002)


def test_a_metric_of_ones_own_has_the_direction_of_its_unit():
    (point,) = pattern("12 widgets/s", pattern=r"(\d+) widgets", metric="rate", unit="widgets/s")
    assert (point.unit, point.direction) == ("widgets/s", Direction.HIGHER)


def test_a_wrong_unit_is_refused_and_named():
    reads = Reads(format="regex", pattern=r"rss (\d)", metric="rss", unit="ms")
    found = Pattern(reads).parse("rss 5")
    assert found.points == ()
    assert 'measured in "B"' in found.refused[0].reason


def test_a_number_in_a_unit_that_cannot_be_converted_is_no_sample_of_the_others():
    reads = Reads(format="regex", pattern=r"hum (?P<hum>\d+) (?P<unit>\S+)")
    found = Pattern(reads).parse("hum 990 ns/iter\nhum 2 us/iter\nhum 3 MB\n")
    (point,) = found.points
    assert point.unit == "s/iteration"
    assert isinstance(point.outcome, Measured)
    assert point.outcome.samples == pytest.approx((9.9e-7, 2e-6))
    assert [(one.row, one.reason) for one in found.refused] == [
        (3, 'hum: was "s/iteration" before, now "B"')
    ]

"""What goes out in Bencher Metric Format comes in as the same series, where it has a place."""

import itertools
import json

from history.formats.interface import Context
from history.words.metrics import Direction
from history.words.records import Measured
from tests.history.formats.written import point, runs, there_and_back, written


def test_bmf_brings_back_unit_and_direction_of_metrics_of_our_own(tmp_path):
    own = [
        point("mel", f"own_{number}", Measured(value=1.5, n=1), unit=unit, direction=direction)
        for number, (unit, direction) in enumerate(
            itertools.product(["B", "s", "", "furlongs"], Direction)
        )
    ]
    context = Context(suite="suite", machine="box")
    before, after, _ = there_and_back("bmf", runs([own]), context, tmp_path, "out")
    assert [row[:7] for row in after] == [row[:7] for row in before]


def test_bmf_has_latency_in_nanoseconds_and_our_interval(tmp_path, capsys):
    said = written(tmp_path, "bmf", None)
    data = json.loads(capsys.readouterr().out)
    assert data["mel [n=1]"]["latency"]["value"] == 2e9
    assert {"lower_value", "upper_value"} <= data["mel [n=1]"]["latency"].keys()
    assert data["mel"]["peak_rss"] == {"value": 7.0, "unit": "B", "direction": "lower"}
    assert "commit and machine of 5 points left out" in said

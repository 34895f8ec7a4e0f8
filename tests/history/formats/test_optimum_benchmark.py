"""The report of optimum-benchmark, written by hand after its documentation."""

import json

import pytest

from history.formats.optimum_benchmark import OptimumBenchmark
from history.words.metrics import Direction
from tests.history.formats.builders import outcome

FORMAT = OptimumBenchmark()

OPTIMUM = {
    "load_model": {"memory": {"unit": "MB", "max_ram": 500.0, "max_global_vram": None},
                   "latency": {"unit": "s", "count": 1, "mean": 2.0, "values": [2.0]},
                   "throughput": None, "energy": None, "efficiency": None},
    "prefill": {"memory": None, "latency": {"unit": "s", "values": [0.1, 0.3], "stdev_(%)": 50.0},
                "throughput": {"unit": "tokens/s", "value": 160.0},
                "energy": {"unit": "kWh", "cpu": 1e-6, "total": 1e-6},
                "efficiency": {"unit": "tokens/kWh", "value": 1e6}},
}  # fmt: skip


def test_optimum_has_latency_rate_memory_and_energy_of_every_target():
    found = FORMAT.parse(json.dumps(OPTIMUM))
    assert outcome(found, "operation_time", "prefill").samples == (0.1, 0.3)
    assert outcome(found, "tokens_per_second", "prefill").value == 160
    assert outcome(found, "peak_rss", "load_model").value == 500e6
    assert outcome(found, "energy_total", "prefill").value == pytest.approx(3.6)
    ways = {point.metric: point.direction for point in found.points}
    assert (ways["energy_total"], ways["efficiency"]) == (Direction.LOWER, Direction.HIGHER)


def test_optimum_reads_the_report_inside_of_a_benchmark():
    found = FORMAT.parse(json.dumps({"config": {"name": "x"}, "report": OPTIMUM}))
    assert found.rows_read == 2

"""What Conbench, LNT, PyTorch's dashboard and optimum-benchmark keep, written by hand.

After their documentation; the published files in ``shared/samples`` are read where they are there.
"""

from __future__ import annotations

import json

import pytest

from history.formats import take_in
from history.formats.conbench import Conbench
from history.formats.interface import Context
from history.formats.lnt import Lnt
from history.formats.optimum_benchmark import OptimumBenchmark
from history.formats.pytorch_hud import PytorchHud
from history.words.errors import ImportRefusedError, UsageError
from history.words.metrics import Direction
from history.words.records import Failed, Skipped
from tests.history.formats.builders import CONTEXT, SHARED, outcome

CONBENCH = {
    "run_id": "r1", "batch_id": "b1", "timestamp": "2026-01-05T10:00:00Z",
    "tags": {"name": "mel", "frames": 100, "suite": "features"},
    "context": {"language": "C++", "nested": {"a": 1}}, "info": {"compiler": "gcc"},
    "github": {"repository": "https://example.com/a", "commit": "a" * 40},
    "machine_info": {"name": "box", "cpu_model_name": "Xeon", "cpu_thread_count": "8"},
    "stats": {"data": [1.0, None, 3.0], "unit": "s", "times": [], "mean": 2.0},
}  # fmt: skip
OPTIMUM = {
    "load_model": {"memory": {"unit": "MB", "max_ram": 500.0, "max_global_vram": None},
                   "latency": {"unit": "s", "count": 1, "mean": 2.0, "values": [2.0]},
                   "throughput": None, "energy": None, "efficiency": None},
    "prefill": {"memory": None, "latency": {"unit": "s", "values": [0.1, 0.3], "stdev_(%)": 50.0},
                "throughput": {"unit": "tokens/s", "value": 160.0},
                "energy": {"unit": "kWh", "cpu": 1e-6, "total": 1e-6},
                "efficiency": {"unit": "tokens/kWh", "value": 1e6}},
}  # fmt: skip
RECORD = {
    "benchmark": {"name": "speed", "mode": "inference", "dtype": "bf16",
                  "extra_info": {"device": "cuda", "is_dynamic": True, "description": "words"}},
    "model": {"name": "whisper", "backend": "inductor"},
    "metric": {"name": "compile_count", "benchmark_values": [7, 9], "target_value": 5},
    "runners": [{"name": "i-0abc", "type": "linux.gpu", "cpu_info": "Xeon", "cpu_count": 8,
                 "gpu_info": "H100"}],
    "head_sha": "b" * 40, "timestamp": 1767607200, "workflow_id": 1, "job_id": 2,
}  # fmt: skip


def read(format_, tmp_path, data, context=CONTEXT):
    (tmp_path / "a.json").write_text(data if isinstance(data, str) else json.dumps(data))
    return take_in.read(format_, tmp_path / "a.json", context)


def test_results_of_conbench_are_runs_by_commit_and_machine(tmp_path):
    later = CONBENCH | {"github": {"commit": "c" * 40}, "timestamp": "2026-01-06T10:00:00Z"}
    found = read(
        Conbench(), tmp_path, [later, CONBENCH, CONBENCH | {"tags": {"name": "fft"}}], Context()
    )
    assert [len(one.points) for one in found.records] == [2, 1]
    first = found.records[0]
    assert (first.run.commit.sha, first.run.machine.name) == ("a" * 40, "box")
    point = first.points[0]
    assert (point.suite, point.benchmark, point.params) == ("features", "mel", {"frames": "100"})
    assert point.variant.features == "language=C++"
    assert point.outcome.samples == (1.0, 3.0)


def test_results_of_conbench_may_stand_one_a_line(tmp_path):
    text = f"{json.dumps(CONBENCH)}\n{{ cut\n"
    found = read(Conbench(), tmp_path, text)
    assert (found.rows_read, found.rows_taken, found.refused[0].row) == (2, 1, 2)


def test_an_error_of_conbench_is_a_failed_point(tmp_path):
    bad = CONBENCH | {"stats": None, "error": {"stack_trace": "Traceback\nValueError: no"}}
    (record,) = read(Conbench(), tmp_path, bad).records
    assert record.points[0].outcome == Failed(reason="ValueError: no")


def test_results_without_a_commit_need_one(tmp_path):
    bare = {key: value for key, value in CONBENCH.items() if key != "github"}
    with pytest.raises(UsageError, match="does not say which commit"):
        read(Conbench(), tmp_path, bare, Context())


def test_optimum_has_latency_rate_memory_and_energy_of_every_target():
    found = OptimumBenchmark().parse(json.dumps(OPTIMUM))
    assert outcome(found, "operation_time", "prefill").samples == (0.1, 0.3)
    assert outcome(found, "tokens_per_second", "prefill").value == 160
    assert outcome(found, "peak_rss", "load_model").value == 500e6
    assert outcome(found, "energy_total", "prefill").value == pytest.approx(3.6)
    ways = {point.metric: point.direction for point in found.points}
    assert (ways["energy_total"], ways["efficiency"]) == (Direction.LOWER, Direction.HIGHER)


def test_optimum_reads_the_report_inside_of_a_benchmark():
    found = OptimumBenchmark().parse(json.dumps({"config": {"name": "x"}, "report": OPTIMUM}))
    assert found.rows_read == 2


def test_lnt_has_fields_with_units_and_others_that_are_told(tmp_path):
    report = {
        "format_version": "2", "machine": {"name": "box"},
        "run": {"start_time": "2026-01-05T10:00:00", "llvm_project_revision": "265649"},
        "tests": [{"name": "sort", "execution_time": [1.0, 3.0], "score": 5, "own": 7, "hash": "x"},
                  {"name": "bad", "execution_time": 1.0, "execution_status": 1},
                  {"name": "known", "compile_time": 1.0, "compile_status": 2}],
    }  # fmt: skip
    context = Context(units={"own": "ms"}, directions={"own": Direction.LOWER})
    found = read(Lnt(), tmp_path, report, context)
    (record,) = found.records
    assert (record.run.commit.sha, record.run.machine.name) == ("265649", "box")
    points = {(one.benchmark, one.metric): one for one in record.points}
    assert points["sort", "execution_time"].outcome.samples == (1.0, 3.0)
    assert points["sort", "score"].direction == Direction.HIGHER
    own = points["sort", "own"]
    assert (own.unit, own.outcome.value, own.direction) == ("s", 7e-3, Direction.LOWER)
    assert isinstance(points["bad", "execution_time"].outcome, Failed)
    assert isinstance(points["known", "compile_time"].outcome, Skipped)


def test_lnt_of_another_version_is_refused():
    with pytest.raises(ImportRefusedError, match=r'expected version 2 .* found "1"'):
        Lnt().parse(json.dumps({"format_version": "1", "tests": []}))


def test_a_record_of_the_dashboard_says_its_commit_and_runner(tmp_path):
    found = read(PytorchHud(), tmp_path, [RECORD], Context())
    (record,) = found.records
    assert (record.run.commit.sha, record.run.machine.name) == ("b" * 40, "linux.gpu")
    (point,) = record.points
    assert (point.suite, point.benchmark, point.metric) == ("speed", "whisper", "compile_count")
    assert point.params == {"is_dynamic": "True", "mode": "inference"}
    assert (point.variant.runtime, point.variant.device, point.variant.precision) == (
        "inductor", "cuda", "bf16",
    )  # fmt: skip
    assert point.outcome.samples == (7.0, 9.0)


def test_what_a_record_does_not_say_is_asked_for(tmp_path):
    said = read(PytorchHud(), tmp_path, [RECORD]).flagged
    assert "target values left out: a target is a line of soundmark.toml" in said
    assert any(one.startswith("compile_count has no unit, and is kept as written") for one in said)
    assert any(one.startswith("compile_count has no direction") for one in said)
    told = Context(
        commit=CONTEXT.commit, units={"": "count"}, directions={"compile_count": Direction.LOWER}
    )
    found = read(PytorchHud(), tmp_path, [RECORD], told)
    assert found.records[0].points[0].direction == Direction.LOWER
    assert not any("no unit" in one or "no direction" in one for one in found.flagged)


def test_arrays_of_records_may_stand_on_lines(tmp_path):
    other = json.dumps([RECORD | {"model": {"name": "other"}}])
    found = read(PytorchHud(), tmp_path, f"{json.dumps(RECORD)}\n{other}\n")
    assert (found.rows_read, found.rows_taken) == (2, 2)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published files are not here")
@pytest.mark.parametrize(
    ("format_", "name", "rows"),
    [
        (Lnt(), "lnt/report-example.json", 2),
        (PytorchHud(), "pytorch-hud-v3/add_loop_eager.json", 1),
        (PytorchHud(), "pytorch-hud-v3/json-each-row.json", 3),
    ],
)
def test_published_files_are_taken(format_, name, rows):
    path = SHARED / name
    assert format_.recognise(path.read_text())
    found = take_in.read(format_, path, CONTEXT)
    assert (found.rows_read, found.rows_taken) == (rows, rows)

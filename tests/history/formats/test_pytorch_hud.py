"""Records of PyTorch's dashboard, written by hand after its documentation, and published ones."""

import json

import pytest

from history.formats import take_in
from history.formats.interface import Context
from history.formats.pytorch_hud import PytorchHud
from history.words.metrics import Direction
from tests.history.formats.builders import CONTEXT, SHARED

FORMAT = PytorchHud()

RECORD = {
    "benchmark": {"name": "speed", "mode": "inference", "dtype": "bf16",
                  "extra_info": {"device": "cuda", "is_dynamic": True, "description": "words"}},
    "model": {"name": "whisper", "backend": "inductor"},
    "metric": {"name": "compile_count", "benchmark_values": [7, 9], "target_value": 5},
    "runners": [{"name": "i-0abc", "type": "linux.gpu", "cpu_info": "Xeon", "cpu_count": 8,
                 "gpu_info": "H100"}],
    "head_sha": "b" * 40, "timestamp": 1767607200, "workflow_id": 1, "job_id": 2,
}  # fmt: skip


def read(tmp_path, data, context=CONTEXT):
    (tmp_path / "a.json").write_text(data if isinstance(data, str) else json.dumps(data))
    return take_in.read(FORMAT, tmp_path / "a.json", context)


def test_a_record_of_the_dashboard_says_its_commit_and_runner(tmp_path):
    found = read(tmp_path, [RECORD], Context())
    (record,) = found.records
    assert (record.run.commit.sha, record.run.machine.name) == ("b" * 40, "linux.gpu")
    (point,) = record.points
    assert (point.suite, point.benchmark, point.metric) == ("speed", "whisper", "compile_count")
    assert point.params == {"is_dynamic": "True", "mode": "inference"}
    assert (point.variant.runtime, point.variant.device, point.variant.precision) == (
        "inductor", "cuda", "bf16",
    )  # fmt: skip
    assert point.outcome.samples == (7.0, 9.0)


@pytest.mark.parametrize("timestamp", [1e17, 1e300, -1e18])
def test_a_record_of_a_time_beyond_the_calendar_is_refused(tmp_path, timestamp):
    found = read(tmp_path, [RECORD | {"timestamp": timestamp}, RECORD])
    assert [one.row for one in found.refused] == [1]
    assert "timestamp: expected seconds since 1970, found" in found.refused[0].reason


def test_what_a_record_does_not_say_is_asked_for(tmp_path):
    said = read(tmp_path, [RECORD]).flagged
    assert "target values left out: a target is a line of soundmark.toml" in said
    assert any(one.startswith("compile_count has no unit, and is kept as written") for one in said)
    assert any(one.startswith("compile_count has no direction") for one in said)
    told = Context(
        commit=CONTEXT.commit, units={"": "count"}, directions={"compile_count": Direction.LOWER}
    )
    found = read(tmp_path, [RECORD], told)
    assert found.records[0].points[0].direction == Direction.LOWER
    assert not any("no unit" in one or "no direction" in one for one in found.flagged)


def test_arrays_of_records_may_stand_on_lines(tmp_path):
    other = json.dumps([RECORD | {"model": {"name": "other"}}])
    found = read(tmp_path, f"{json.dumps(RECORD)}\n{other}\n")
    assert (found.rows_read, found.rows_taken) == (2, 2)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published files are not here")
@pytest.mark.parametrize(("name", "rows"), [("add_loop_eager.json", 1), ("json-each-row.json", 3)])
def test_published_files_are_taken(name, rows):
    path = SHARED / "pytorch-hud-v3" / name
    assert FORMAT.recognise(path.read_text())
    found = take_in.read(FORMAT, path, CONTEXT)
    assert (found.rows_read, found.rows_taken) == (rows, rows)

"""What `--perf-out` leaves."""

from datetime import UTC, datetime

from collector.suites.alignment import Alignment
from collector.suites.alignment.options import AlignmentFiles
from history.words.records import Commit, Machine, Run, RunRecord
from tests.history.formats.alignment_jsonl.test_alignment_jsonl import item

RUN = Run(
    run_id="0" * 32,
    started_at=datetime(2026, 11, 20, tzinfo=UTC),
    commit=Commit(sha="c1", time=datetime(2026, 11, 20, tzinfo=UTC)),
    machine=Machine(name="box", cpu_model="model", cores=2, memory_gib=4),
)


def written(items, target, *, append=False):
    asked = AlignmentFiles(perf_out=str(target), perf_append=append)
    return list(Alignment().write_files(asked, RunRecord(run=RUN, points=(), items=tuple(items))))


def test_every_way_of_running_has_a_file_and_is_told(tmp_path):
    target = tmp_path / "perf.jsonl"
    assert written([item()], target) == [f"Utterances: {target} and perf.jsonl.summary.json"]
    assert len(target.read_text().splitlines()) == 1
    both = written([item(), item(runtime="onnxruntime")], target)
    assert len(both) == 2
    assert (tmp_path / "perf-onnxruntime-numpy-cpu-1t.jsonl").is_file()


def test_what_is_in_the_file_stays_when_that_is_asked_for(tmp_path):
    target = tmp_path / "perf.jsonl"
    written([item("a")], target)
    written([item("b")], target, append=True)
    assert len(target.read_text().splitlines()) == 2


def test_a_run_without_utterances_says_so(tmp_path):
    target = tmp_path / "perf.jsonl"
    assert written([], target) == [f"Utterances: none was measured, so {target} was not written."]
    assert not target.exists()


def test_what_nobody_asked_for_is_not_written():
    assert list(Alignment().write_files(AlignmentFiles(), RunRecord(run=RUN, points=()))) == []

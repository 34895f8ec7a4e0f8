"""The alignment suite as `soundmark collect` measures it, in real children."""

import subprocess

import msgspec
import numpy as np
import pytest

from collector.execution.children import Limits
from collector.execution.runner import Runner
from collector.planning.plan import Planned, assemble
from collector.results import points
from collector.suites.alignment import Alignment
from collector.suites.alignment.suite import METRICS, STAGES
from history.formats.alignment_jsonl import writing
from history.words.records import Measured
from tests.collector.harness import Quiet
from tests.collector.suites.alignment.tiny import TINY


@pytest.fixture(scope="module")
def measured(workspace):
    """Both runtimes in real children, interleaved, as `soundmark collect` measures them."""
    for name in ("transformers", "onnxruntime", "onnxscript"):
        pytest.importorskip(name)
    suite = Alignment()
    options = msgspec.structs.replace(TINY, runtimes=("torch", "onnxruntime"), warmup=1, repeats=5)
    sent = msgspec.to_builtins(options)
    target = "collector.suites.alignment:Alignment"
    planned = suite.plan(options, "quick")
    (work,) = assemble([Planned("alignment", target, suite, sent, planned)])
    results = Runner(work, "quick", workspace, workspace, Quiet(), Limits()).results()
    made = [points.make(suite, "alignment", result) for result in results]
    return {one.points[0].variant.runtime: one for one in made}


@pytest.mark.slow
class TestMeasured:
    def test_every_point_is_a_measurement(self, measured):
        for made in measured.values():
            assert {point.outcome.__class__ for point in made.points} == {Measured}
            assert set(METRICS) <= {point.metric for point in made.points}

    def test_both_runtimes_find_the_same_words(self, measured):
        by_torch, by_ort = ({one.item: one for one in m.items} for m in measured.values())
        assert {name: one.text for name, one in by_torch.items()} == {
            name: one.text for name, one in by_ort.items()
        }
        assert {name: one.fingerprint for name, one in by_torch.items()} == {
            name: one.fingerprint for name, one in by_ort.items()
        }

    def test_points_are_aggregates_of_what_the_utterances_hold(self, measured):
        for made in measured.values():
            for metric in (*STAGES, "total_time", "align_time"):
                (point,) = [one for one in made.points if one.metric == metric]
                sums = np.sum([one.samples[metric] for one in made.items], axis=0)
                assert point.outcome.samples == pytest.approx(tuple(sums))
                clean = np.delete(sums, list(point.outcome.preempted))
                allowed = [np.median(kept) for kept in (sums, clean) if len(kept)]
                assert any(point.outcome.value == pytest.approx(one) for one in allowed)

    def test_stages_and_the_unattributed_rest_are_the_total_in_every_repeat(self, measured):
        for made in measured.values():
            held = {one.metric: np.array(one.outcome.samples) for one in made.points}
            parts = sum(held[stage] for stage in STAGES) + held["unattributed_time"]
            assert parts == pytest.approx(held["total_time"])

    def test_only_the_process_without_torch_says_its_peak(self, measured):
        peaks = {
            runtime: [one.outcome.value for one in made.points if one.metric == "peak_rss"]
            for runtime, made in measured.items()
        }
        assert peaks["torch"] == []
        assert 30e6 < peaks["onnxruntime"][0] < 300e6

    def test_what_was_measured_is_written_with_the_public_field_names(self, measured):
        for made in measured.values():
            (first, _) = writing.lines(made.items)
            assert first["repeats"] == 5
            assert first["warmup"] == 1
            assert first["forward_ms"] == pytest.approx(np.median(first["forward_ms_repeats"]))

    def test_a_second_session_reads_the_cached_graph(self, measured, workspace, monkeypatch):
        from collector.suites.alignment import export

        monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("exported again"))
        made = export.cached(workspace, "tiny", 0, None)
        assert made.weights.label == "synthetic(seed=0)"

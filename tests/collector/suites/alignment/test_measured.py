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
    """The runtime without torch in a real child."""
    (found,) = in_children(workspace, "onnxruntime").values()
    return found


def in_children(workspace, *runtimes):
    """Runtime -> what was measured, interleaved, as `soundmark collect` does it."""
    for name in ("transformers", "onnxruntime", "onnxscript"):
        pytest.importorskip(name)
    suite = Alignment()
    options = msgspec.structs.replace(TINY, runtimes=runtimes, warmup=1, repeats=5)
    sent = msgspec.to_builtins(options)
    target = "collector.suites.alignment:Alignment"
    planned = suite.plan(options, "quick")
    (work,) = assemble([Planned("alignment", target, suite, sent, planned)])
    results = Runner(work, "quick", workspace, workspace, Quiet(), Limits()).results()
    made = [points.make(suite, "alignment", result) for result in results]
    return {one.points[0].variant.runtime: one for one in made}


def facts_of(made):
    """Utterance -> text, fingerprint."""
    return {one.item: (one.text, one.fingerprint) for one in made.items}


@pytest.mark.nightly
def test_both_runtimes_are_measured_interleaved_and_find_the_same_words(workspace):
    by_torch, by_ort = in_children(workspace, "torch", "onnxruntime").values()
    assert facts_of(by_torch) == facts_of(by_ort)
    for made in (by_torch, by_ort):
        assert {point.outcome.__class__ for point in made.points} == {Measured}
    assert "peak_rss" not in {point.metric for point in by_torch.points}


class TestMeasured:
    def test_every_point_is_a_measurement(self, measured):
        assert {point.outcome.__class__ for point in measured.points} == {Measured}
        assert {*METRICS, "peak_rss"} <= {point.metric for point in measured.points}

    def test_its_words_are_those_of_torch(self, measured, ran):
        outcome = ran.outcome
        assert ran.case.variant.runtime == "torch"
        assert facts_of(measured) == {
            name: (text, outcome.fingerprints[name]) for name, text in outcome.texts.items()
        }

    def test_points_are_aggregates_of_what_the_utterances_hold(self, measured):
        for metric in (*STAGES, "total_time", "align_time"):
            (point,) = [one for one in measured.points if one.metric == metric]
            sums = np.sum([one.samples[metric] for one in measured.items], axis=0)
            assert point.outcome.samples == pytest.approx(tuple(sums))
            clean = np.delete(sums, list(point.outcome.preempted))
            allowed = [np.median(kept) for kept in (sums, clean) if len(kept)]
            assert any(point.outcome.value == pytest.approx(one) for one in allowed)

    def test_stages_and_the_unattributed_rest_are_the_total_in_every_repeat(self, measured):
        held = {one.metric: np.array(one.outcome.samples) for one in measured.points}
        parts = sum(held[stage] for stage in STAGES) + held["unattributed_time"]
        assert parts == pytest.approx(held["total_time"])

    def test_the_process_without_torch_stays_small(self, measured):
        (peak,) = [one.outcome.value for one in measured.points if one.metric == "peak_rss"]
        assert 30e6 < peak < 300e6

    def test_what_was_measured_is_written_with_the_public_field_names(self, measured):
        (first, _) = writing.lines(measured.items)
        assert first["repeats"] == 5
        assert first["warmup"] == 1
        assert first["forward_ms"] == pytest.approx(np.median(first["forward_ms_repeats"]))

    def test_a_second_session_reads_the_cached_graph(self, measured, workspace, monkeypatch):
        from collector.suites.alignment import export

        monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("exported again"))
        made = export.cached(workspace, "tiny", 0, None)
        assert made.weights.label == "synthetic(seed=0)"

"""What the lifecycle suite sets out to measure."""

import pytest

from collector.suites.lifecycle import Lifecycle
from collector.suites.lifecycle.chatllm import ChatllmOptions
from collector.suites.lifecycle.plan import LifecycleOptions
from history.words.errors import ConfigError
from history.words.records import Skipped


def test_threads_that_were_asked_for_name_the_variant(monkeypatch):
    monkeypatch.setenv("INFERENCE_THREADS", "6")
    suite = Lifecycle().plan(LifecycleOptions(subjects=("chatllm", "onnx_session")), "quick")
    found = {case.benchmark: case.variant.threads for case in suite.cases}
    found |= {one.case.benchmark: one.case.variant.threads for one in suite.absences}
    assert (found["chatllm"], found["onnx_session"]) == ("6", "1")
    monkeypatch.setenv("INFERENCE_THREADS", "many")
    with pytest.raises(ConfigError, match="INFERENCE_THREADS: expected a whole number"):
        Lifecycle().plan(LifecycleOptions(subjects=("chatllm",)), "quick")


def test_without_the_library_the_method_is_skipped_with_what_to_do(tmp_path):
    suite = Lifecycle().plan(LifecycleOptions(subjects=("chatllm",)), "quick")
    assert {absence.case.benchmark for absence in suite.absences} == {"chatllm"}
    skipped = suite.absences[0].outcome
    assert isinstance(skipped, Skipped)
    assert "Library not found: libchatllm.so" in skipped.reason
    assert "cmake" in skipped.reason


def test_without_the_binding_the_method_is_skipped_with_where_it_is(tmp_path):
    (tmp_path / "libchatllm.so").touch()
    table = ChatllmOptions(library=str(tmp_path / "libchatllm.so"))
    suite = Lifecycle().plan(LifecycleOptions(subjects=("chatllm",), chatllm=table), "quick")
    skipped = suite.absences[0].outcome
    assert isinstance(skipped, Skipped)
    assert "Binding not found: chatllm.py" in skipped.reason
    assert "folder bindings of chatllm.cpp" in skipped.reason


def test_every_way_has_a_process_of_its_own_and_nightly_also_reads_untrimmed():
    suite = Lifecycle()
    quick, nightly = (suite.plan(LifecycleOptions(), profile) for profile in ("quick", "nightly"))
    assert len({case.process for case in nightly.cases}) == len(nightly.cases)
    assert {case.variant.features for case in quick.cases} == {"trimmed"}
    assert {case.variant.features for case in nightly.cases} == {"trimmed", "untrimmed"}
    assert {case.sampling.repeats for case in (*quick.cases, *nightly.cases)} == {100}


def test_quick_starts_no_torch_unless_a_subject_of_torch_is_asked_for():
    suite = Lifecycle()
    assert all(process.light for process in suite.plan(LifecycleOptions(), "quick").processes)
    named = LifecycleOptions(subjects=("whisper_cache",))
    assert {case.benchmark for case in suite.plan(named, "quick").cases} == {
        "control",
        "whisper_cache",
    }


def test_an_unknown_subject_is_named():
    with pytest.raises(ConfigError, match='there is no "onnx"'):
        Lifecycle().plan(LifecycleOptions(subjects=("onnx",)), "quick")

"""Lives led in real children: planted leaks are found, and nothing else is."""

import os
import shutil
import subprocess
import sys

import pytest

from collector.suites.lifecycle import Lifecycle
from collector.suites.lifecycle.chatllm import Chatllm, ChatllmOptions, check
from collector.suites.lifecycle.plan import LifecycleOptions
from history.formats import lifecycle_json, suite_points
from history.words.errors import BrokenDataError, BrokenEnvironmentError, ConfigError
from history.words.records import Failed, Invalid, Item, Measured, Skipped
from tests.collector.harness import Quiet
from tests.collector.suites.lifecycle.collecting import SAMPLES, collected, outcome

MIB = 2**20
BINDING = os.environ.get("SOUNDMARK_CHATLLM_BINDING", "")
"""A real ``bindings/chatllm.py``, to be run over the stub by hand: docs/suites/lifecycle.md."""
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
pytestmark = LINUX


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The C stub as libchatllm.so, with a binding and what a request needs beside it."""
    if shutil.which("gcc") is None:
        pytest.skip("needs a C compiler")
    folder = tmp_path_factory.mktemp("chatllm")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-o", folder / "libchatllm.so",
         SAMPLES / "chatllm_stub.c"],
        check=True,
    )  # fmt: skip
    if not BINDING:
        shutil.copy(SAMPLES / "chatllm.py", folder)
    (folder / "aligner.bin").write_bytes(bytes(1000))
    (folder / "jfk.wav").write_bytes(b"RIFF")
    (folder / "jfk.txt").write_text("And so")
    return folder


def chatllm(library, **more):
    return {
        "library": str(library),
        "binding": BINDING,
        "model": str(library / "aligner.bin"),
        "audio": str(library / "jfk.wav"),
        "text": str(library / "jfk.txt"),
        **more,
    }


def lives(library, tmp_path, **more):
    table = {"subjects": ["chatllm"], "iterations": 30, "chatllm": chatllm(library, **more)}
    return collected(tmp_path, only="lifecycle.chatllm", **table)


def test_a_planted_leak_of_one_mebibyte_reads_as_one(tmp_path):
    found = collected(tmp_path, only="lifecycle.control", iterations=60)
    rate = outcome(found, "rss_growth_rate", "control")
    assert rate.value / MIB == pytest.approx(1.0, abs=0.02)
    assert rate.low / MIB == pytest.approx(1.0, abs=0.02)
    assert rate.warnings == ()  # it leaks on purpose
    assert min(outcome(found, "first_token_time", "control").samples) == pytest.approx(
        0.002, abs=0.005
    )


def test_an_onnx_session_does_not_leak_in_either_way(tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx")
    found = collected(tmp_path, only="lifecycle.onnx_session", subjects=["onnx_session"])
    for way in ("recreate", "reuse"):
        rate = outcome(found, "rss_growth_rate", "onnx_session", way)
        assert rate.high < 0.02e6, way
        assert rate.warnings == ()
    assert outcome(found, "load_overhead", "onnx_session").value > 2e6
    assert outcome(found, "load_time", "onnx_session").value > 0.001


@pytest.mark.nightly
@pytest.mark.slow
def test_the_forced_aligner_does_not_leak_when_it_is_reused(tmp_path):
    pytest.importorskip("transformers")
    found = collected(
        tmp_path, only="*implementation=reuse*", subjects=["forced_aligner"], iterations=20
    )
    assert outcome(found, "rss_growth_rate", "forced_aligner").high < 0.02e6
    assert outcome(found, "characters_per_second", "forced_aligner").value > 100


@pytest.mark.parametrize("destroys", ["", "1"])
def test_a_library_that_leaks_when_recreated_is_found_and_reuse_is_not_blamed(
    library, tmp_path, monkeypatch, destroys
):
    monkeypatch.setenv("STUB_LEAK_BYTES", str(256 * 1024))
    monkeypatch.setenv("STUB_DESTROY", destroys)
    found = lives(library, tmp_path)
    leaking = outcome(found, "rss_growth_rate", "chatllm", "recreate")
    assert leaking.value == pytest.approx(256 * 1024, rel=0.05)
    assert "Verdict: leak" in leaking.warnings[0]
    kept = outcome(found, "rss_growth_rate", "chatllm", "reuse")
    assert kept.high < 0.02e6


@pytest.mark.parametrize("destroys", ["", "1"])
def test_a_library_that_frees_everything_is_cleared(library, tmp_path, monkeypatch, destroys):
    monkeypatch.setenv("STUB_DESTROY", destroys)
    found = lives(library, tmp_path)
    assert outcome(found, "rss_growth_rate", "chatllm", "recreate").high < 0.02e6
    assert outcome(found, "load_overhead", "chatllm").value == pytest.approx(4 * MIB, rel=0.05)


def test_the_first_token_is_timed_in_the_callback_and_not_when_the_call_returns(
    library, tmp_path, monkeypatch
):
    monkeypatch.setenv("STUB_TOKEN_MS", "20")
    monkeypatch.setenv("STUB_TAIL_MS", "40")
    found = lives(library, tmp_path)
    first = outcome(found, "first_token_time", "chatllm", "reuse").samples
    whole = outcome(found, "inference_time", "chatllm", "reuse").samples
    # On a busy computer some come late, and none early.
    assert min(first) == pytest.approx(0.020, abs=0.005)
    assert all(end - begin >= 0.040 for begin, end in zip(first, whole, strict=True))
    speeds = outcome(found, "characters_per_second", "chatllm", "reuse").samples
    for speed, spent in zip(speeds, whole, strict=True):
        assert speed == pytest.approx(101 / spent, rel=0.05)  # 101 characters of JSON


def test_what_the_last_iteration_put_out_reaches_the_studys_file(library, tmp_path):
    kept: list[Item] = []
    table = {"subjects": ["chatllm"], "iterations": 12, "chatllm": chatllm(library)}
    found = collected(tmp_path, only="lifecycle.chatllm", items=kept, **table)
    made = lifecycle_json.documents(suite_points.of(found), kept)
    assert made["config"]["transcript"] == "And so"
    for rows in made["iterations"].values():
        assert [row["alignment_result"] != "" for row in rows] == [False] * 11 + [True]
        assert check(rows[-1]["alignment_result"], "json") >= 1
        assert all(row["ttft_ms"] > 0 for row in rows)
    assert all(summary["avg_ttft_ms"] > 0 for summary in made["summary"].values())


def test_iterations_are_counted_while_they_run(library, tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_TOKEN_MS", "60")
    watcher = Quiet()
    table = {"subjects": ["chatllm"], "iterations": 30, "chatllm": chatllm(library)}
    collected(tmp_path, only="*chatllm*implementation=reuse*", watcher=watcher, **table)
    counts = [text for text in watcher.seen if text.startswith("reuse chatllm") and "/30" in text]
    assert counts
    assert all(1 <= int(text.split()[-1].partition("/")[0]) <= 30 for text in counts)


def test_srt_is_understood_as_well_as_json(library, tmp_path):
    found = lives(library, tmp_path, format="srt")
    assert isinstance(outcome(found, "first_token_time", "chatllm", "reuse"), Measured)
    assert check("1\n00:00:00,000 --> 00:00:00,500\nAnd\n", "srt") == 1
    with pytest.raises(BrokenDataError, match="expected JSON words"):
        check("And so", "json")


def test_threads_and_context_come_from_the_table_else_from_the_environment(library, monkeypatch):
    monkeypatch.setenv("INFERENCE_THREADS", "3")
    monkeypatch.setenv("CONTEXT_LENGTH", "512")
    for table, said in (({}, "-n 3 -c 512"), ({"threads": 5, "context_length": 64}, "-n 5 -c 64")):
        aligner = Chatllm(ChatllmOptions(**chatllm(library, **table)))
        aligner.load()
        assert said in aligner.infer(lambda: None)
        aligner.reset()
        assert said in aligner.infer(lambda: None)
        aligner.unload()


def test_threads_that_were_asked_for_name_the_variant(monkeypatch):
    monkeypatch.setenv("INFERENCE_THREADS", "6")
    suite = Lifecycle().plan(LifecycleOptions(subjects=("chatllm", "onnx_session")), "quick")
    found = {case.benchmark: case.variant.threads for case in suite.cases}
    found |= {one.case.benchmark: one.case.variant.threads for one in suite.absences}
    assert (found["chatllm"], found["onnx_session"]) == ("6", "1")
    monkeypatch.setenv("INFERENCE_THREADS", "many")
    with pytest.raises(ConfigError, match="INFERENCE_THREADS: expected a whole number"):
        Lifecycle().plan(LifecycleOptions(subjects=("chatllm",)), "quick")


def test_nothing_that_was_let_go_of_is_kept_in_the_tables_of_the_binding(library):
    aligner = Chatllm(ChatllmOptions(**chatllm(library)))
    for _ in range(3):
        aligner.load()
        aligner.infer(lambda: None)
        aligner.unload()
    tables = type(aligner._library)
    assert (tables._obj2id, tables._id2obj) == ({}, {})


def test_a_request_that_fails_says_what_the_library_said(library, monkeypatch):
    monkeypatch.setenv("STUB_FAIL_INPUT", "9")
    aligner = Chatllm(ChatllmOptions(**chatllm(library)))
    aligner.load()
    with pytest.raises(BrokenDataError, match=r"9.*: the audio is too long"):
        aligner.infer(lambda: None)
    aligner.unload()


def test_a_binding_of_another_state_than_the_library_is_no_crash(library, tmp_path):
    old = tmp_path / "chatllm.py"
    old.write_text(
        "import ctypes\n"
        "class ChatLLM: pass\n"
        "class LibChatLLM:\n"
        "    def __init__(self, folder):\n"
        "        ctypes.CDLL(folder + '/libchatllm.so').chatllm_of_tomorrow\n"
    )
    with pytest.raises(BrokenEnvironmentError, match=r"chatllm\.py cannot use libchatllm\.so"):
        Chatllm(ChatllmOptions(**chatllm(library, binding=str(old))))


def test_a_model_that_cannot_be_started_says_what_the_library_said(library, tmp_path, monkeypatch):
    monkeypatch.setenv("STUB_FAIL_START", "7")
    found = lives(library, tmp_path)
    reason = outcome(found, "rss_growth_rate", "chatllm", "recreate").reason
    assert "7: the model file is of another version" in reason
    assert isinstance(outcome(found, "rss_growth_rate", "chatllm", "recreate"), Failed)


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


def test_a_control_that_is_not_found_makes_the_result_invalid():
    import numpy as np

    from collector.contract import WorkOutcome
    from collector.suites.lifecycle.plan import plan

    suite = Lifecycle()
    case = plan(LifecycleOptions(), "quick").cases[1]
    flat = np.full(40, 5e7)
    samples = dict.fromkeys(
        ("rss", "rss_before", "rss_after_load", "rss_after_inference", "total_time"), flat
    )
    for read, kind in ((1.0, Measured), (0.9, Invalid), (0.0, Invalid)):
        made = suite.derive(case, samples, WorkOutcome(values={"control_rate": read * MIB}))
        rate = made["rss_growth_rate"]
        assert isinstance(rate, kind), read
        if isinstance(rate, Invalid):
            assert "cannot be trusted" in rate.reason


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

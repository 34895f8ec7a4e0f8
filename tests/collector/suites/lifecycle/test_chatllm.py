"""chatllm.cpp as a subject, by its binding over a library of ours."""

import sys

import pytest

from collector.suites.lifecycle.chatllm import Chatllm, ChatllmOptions, check_answer
from history.words.errors import BrokenDataError, BrokenEnvironmentError
from tests.collector.suites.lifecycle.collecting import chatllm

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="loads a .so")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("And so", "json"),
        ("[]", "json"),
        ('[{"text": "And"}]', "json"),
        ('[{"text": "And", "start": 0, "end": 500}, {"text": "so"}]', "json"),
        ("And so", "srt"),
    ],
)
def test_an_answer_without_a_word_with_times_is_no_measurement(text, form):
    check_answer("1\n00:00:00,000 --> 00:00:00,500\nAnd\n", "srt")
    check_answer('[{"text": "And", "start": 0, "end": 500}]', "json")
    with pytest.raises(BrokenDataError, match=f"expected .*{form}|expected JSON words"):
        check_answer(text, form)


@pytest.mark.parametrize(("form", "begins"), [("srt", "1\n00:00:0"), ("json", "[{")])
def test_srt_is_understood_as_well_as_json(library, form, begins):
    aligner = Chatllm(ChatllmOptions(**chatllm(library, format=form)))
    aligner.load()
    reported = []
    assert aligner.infer(lambda: reported.append("token")).startswith(begins)
    assert reported == ["token"]
    aligner.unload()


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

"""What crosses the pipe comes out as it went in, and nothing else gets through."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.contract import Case, Process, WorkOutcome
from collector.measure.report import Block, Finished
from collector.protocol import messages

times = st.lists(st.integers(0, 2**62), max_size=3)
values = st.lists(st.none() | st.floats(-1e9, 1e9), max_size=3)
texts = st.text(max_size=9)
blocks = st.builds(
    Block,
    wall_ns=times,
    cpu_ns=times,
    preempted=st.none() | st.lists(st.booleans(), max_size=3),
    loops=st.integers(1, 2**24),
    stage_ns=times,
    item_ns=times,
    readings=st.dictionaries(texts, values, max_size=2),
    item_readings=st.just({}),
    discarded=st.lists(texts, max_size=2),
    elapsed_s=st.floats(0, 1e6),
)


@given(blocks)
def test_a_block_comes_back_whole_and_on_one_line(block):
    line = messages.encode(block)
    assert line.count(b"\n") == 1
    assert messages.decode_answer(line) == block


@pytest.mark.parametrize(
    "command",
    [
        messages.Open(
            suite="m:M", options={"a": 1}, profile="quick", workspace="w", process=Process(name="p")
        ),
        messages.Prepare(key=1, case=Case(benchmark="b", process="p", metrics=("rtf",))),
        messages.WarmUp(key=1),
        messages.Round(key=1, repeats=3, max_s=0.5),
        messages.Finish(key=1),
        messages.Quit(),
    ],
)
def test_every_command_comes_back_whole(command):
    assert messages.decode_command(messages.encode(command)) == command


def test_numbers_of_numpy_among_the_facts_become_plain_ones():
    ready = messages.Ready(facts={"threads": np.int64(2), "share": np.float32(0.5)})
    assert messages.decode_answer(messages.encode(ready)) == messages.Ready(
        facts={"threads": 2, "share": 0.5}
    )


@pytest.mark.parametrize(
    "line", [b"", b"Loading...", b"{}", b'{"type":"block"}', b"[1]", b"\xff\n"]
)
def test_what_is_no_answer_is_refused(line):
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        messages.decode_answer(line)


def test_an_unknown_field_is_refused_so_that_two_versions_cannot_talk_past_each_other():
    line = messages.encode(messages.Bye())[:-2] + b',"more":1}'
    with pytest.raises(msgspec.ValidationError):
        messages.decode_answer(line)


def test_outcomes_carry_hostile_text_unchanged():
    outcome = WorkOutcome(texts={"u": "<script>\n\x1b[31m"})
    finished = Finished(outcome=outcome, memory={}, facts={}, heavy=(), device={})
    assert messages.decode_answer(messages.encode(finished)) == finished

"""Which format reads what a program left, and where its text is found."""

from __future__ import annotations

import os
from typing import Any

import pytest

from collector.suites.command import readers
from collector.suites.command.options import Reads
from collector.suites.command.pattern import Pattern
from collector.suites.command.readers import Left, NothingLeftError
from history.formats import registry
from history.formats.soundmark_lines import SoundmarkLines
from history.words.errors import ImportRefusedError, UsageError
from tests.history.formats.builders import outcome

LINE = '{"soundmark": 1, "metrics": {"dp_time": %s}}\n'


@pytest.fixture
def left(tmp_path):
    found = Left(tmp_path / "stdout", tmp_path / "stderr", tmp_path, tmp_path / "scratch")
    found.stdout.write_text(LINE % 1)
    found.stderr.write_text(LINE % 2)
    found.scratch.mkdir()
    return found


def value(left: Left, clock: float = 0.0, format_: str = "lines", **table: Any) -> float:
    reads = Reads(format=format_, **table)
    found = readers.read(reads, left, readers.before((reads,), left, clock))
    read: float = outcome(found, "dp_time").value
    return read


def test_a_format_goes_by_its_own_name_and_by_the_short_one_it_always_had():
    assert isinstance(readers.parser(Reads(format="lines")), SoundmarkLines)
    assert isinstance(readers.parser(Reads(format="soundmark-lines")), SoundmarkLines)
    assert isinstance(readers.parser(Reads(format="regex", pattern="x")), Pattern)


def test_every_name_that_is_offered_can_be_read():
    names = readers.names()
    assert {"lines", "regex", "tts", "hyperfine", *registry.names(registry.PARSE)} <= set(names)
    for name in names:
        assert readers.parser(Reads(format=name)).repeats_itself in {True, False}


def test_a_name_that_is_nearly_one_gets_it_proposed():
    with pytest.raises(UsageError, match=r'no format called "lifecyle". Did you mean "lifecycle"'):
        readers.parser(Reads(format="lifecyle"))


def test_a_format_that_holds_more_than_one_run_is_none_for_a_suite():
    with pytest.raises(UsageError, match=r'"csv" cannot be read after a run. Formats that can:'):
        readers.parser(Reads(format="csv"))


def test_what_was_printed_is_read_where_no_file_is_named(left):
    assert value(left) == 1
    assert value(left, stream="stderr") == 2


def test_a_file_is_found_from_the_working_folder_and_in_the_scratch_folder(left):
    (left.folder / "out.jsonl").write_text(LINE % 3)
    (left.scratch / "out.jsonl").write_text(LINE % 4)
    assert value(left, path="out.jsonl") == 3
    assert value(left, path="{scratch}/out.jsonl") == 4


def test_only_what_a_run_added_counts_where_a_program_appends(left):
    (left.folder / "out.jsonl").write_text(LINE % 3)
    reads = Reads(format="lines", path="out.jsonl", append=True)
    earlier = readers.before((reads,), left, 0.0)
    with (left.folder / "out.jsonl").open("a") as file:
        file.write(LINE % 5)
    assert outcome(readers.read(reads, left, earlier), "dp_time").samples == (5,)


def test_results_of_an_earlier_run_are_not_taken(left):
    (left.folder / "out.jsonl").write_text(LINE % 3)
    os.utime(left.folder / "out.jsonl", (100, 100))
    with pytest.raises(NothingLeftError, match=r"lines in out.jsonl, but the file is older"):
        value(left, clock=200.0, path="out.jsonl")


def test_what_is_missing_is_named_with_the_first_problem(left):
    left.stdout.write_text('{"soundmark": 1, "metr\n')
    with pytest.raises(NothingLeftError, match="expected lines on stdout, found none; the first"):
        value(left)
    with pytest.raises(NothingLeftError, match="no such file"):
        value(left, path="other.jsonl")


def test_a_pattern_that_matches_nothing_is_named_with_what_was_read(left):
    left.stdout.write_text("heard\nnothing\n")
    reads = Reads(format="regex", pattern=r"rtf: (?P<rtf>\d+)")
    with pytest.raises(NothingLeftError) as raised:
        readers.read(reads, left, readers.before((reads,), left, 0.0))
    assert str(raised.value).startswith(
        r'expected the pattern "rtf: (?P<rtf>\d+)" on stdout, found none in 2 lines'
    )


def test_a_folder_without_anything_new_is_named(left):
    reads = Reads(format="criterion", path="target/criterion")
    with pytest.raises(NothingLeftError, match="new results of criterion in target/criterion"):
        readers.read(reads, left, readers.before((reads,), left, 0.0))


def test_what_is_too_large_is_refused_with_its_size_and_the_limit(left):
    size = left.stdout.stat().st_size
    assert value(left, most_bytes=size) == 1
    told = f"expected at most {size - 1} bytes of results, found {size}; `most_bytes`"
    with pytest.raises(NothingLeftError, match=told):
        value(left, most_bytes=size - 1)


def test_a_file_of_a_folder_is_held_to_the_same_limit(left):
    new = left.folder / "target" / "criterion" / "one" / "new"
    new.mkdir(parents=True)
    (new / "estimates.json").write_text("x" * 100)
    with pytest.raises(ImportRefusedError, match="expected at most 99 bytes, found 100"):
        value(left, format_="criterion", path="target/criterion", most_bytes=99)

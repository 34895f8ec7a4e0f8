"""Which format reads what a program left, and where its text is found."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from collector.suites.command import readers
from collector.suites.command.options import Reads
from collector.suites.command.pattern import Pattern
from collector.suites.command.readers import NoResultsError, RunOutput
from history.formats import registry
from history.formats.soundmark_lines import SoundmarkLines
from history.words.errors import ImportRefusedError, UsageError
from tests.history.formats.builders import outcome

LINE = '{"soundmark": 1, "metrics": {"dp_time": %s}}\n'


@pytest.fixture
def output(tmp_path):
    found = RunOutput(tmp_path / "stdout", tmp_path / "stderr", tmp_path, tmp_path / "scratch")
    found.stdout.write_text(LINE % 1)
    found.stderr.write_text(LINE % 2)
    found.scratch.mkdir()
    return found


def value(output: RunOutput, clock: float = 0.0, format_: str = "lines", **table: Any) -> float:
    reads = Reads(format=format_, **table)
    found = readers.read(reads, output, readers.before((reads,), output, clock))
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


def test_what_was_printed_is_read_where_no_file_is_named(output):
    assert value(output) == 1
    assert value(output, stream="stderr") == 2


def test_a_file_is_found_from_the_working_folder_and_in_the_scratch_folder(output):
    (output.folder / "out.jsonl").write_text(LINE % 3)
    (output.scratch / "out.jsonl").write_text(LINE % 4)
    assert value(output, path="out.jsonl") == 3
    assert value(output, path="{scratch}/out.jsonl") == 4


def test_only_what_a_run_added_counts_where_a_program_appends(output):
    (output.folder / "out.jsonl").write_text(LINE % 3)
    reads = Reads(format="lines", path="out.jsonl", append=True)
    earlier = readers.before((reads,), output, 0.0)
    with (output.folder / "out.jsonl").open("a") as file:
        file.write(LINE % 5)
    assert outcome(readers.read(reads, output, earlier), "dp_time").samples == (5,)


def test_results_of_an_earlier_run_are_not_taken(output):
    (output.folder / "out.jsonl").write_text(LINE % 3)
    os.utime(output.folder / "out.jsonl", (100, 100))
    with pytest.raises(NoResultsError, match=r"lines in out.jsonl, but the file is older"):
        value(output, clock=200.0, path="out.jsonl")


def test_what_is_missing_is_named_with_the_first_problem(output):
    output.stdout.write_text('{"soundmark": 1, "metr\n')
    with pytest.raises(NoResultsError, match="expected lines on stdout, found none; the first"):
        value(output)
    with pytest.raises(NoResultsError, match="no such file"):
        value(output, path="other.jsonl")


def test_a_pattern_that_matches_nothing_is_named_with_what_was_read(output):
    output.stdout.write_text("heard\nnothing\n")
    reads = Reads(format="regex", pattern=r"rtf: (?P<rtf>\d+)")
    with pytest.raises(NoResultsError) as raised:
        readers.read(reads, output, readers.before((reads,), output, 0.0))
    assert str(raised.value).startswith(
        r'expected the pattern "rtf: (?P<rtf>\d+)" on stdout, found none in 2 lines'
    )


def test_a_folder_without_anything_new_is_named(output):
    reads = Reads(format="criterion", path="target/criterion")
    with pytest.raises(NoResultsError, match="new results of criterion in target/criterion"):
        readers.read(reads, output, readers.before((reads,), output, 0.0))


def test_what_is_too_large_is_refused_with_its_size_and_the_limit(output):
    size = output.stdout.stat().st_size
    assert value(output, most_bytes=size) == 1
    told = f"expected at most {size - 1} bytes of results, found {size}; `most_bytes`"
    with pytest.raises(NoResultsError, match=told):
        value(output, most_bytes=size - 1)


def test_a_file_of_a_folder_is_held_to_the_same_limit(output):
    new = output.folder / "target" / "criterion" / "one" / "new"
    new.mkdir(parents=True)
    (new / "estimates.json").write_text("x" * 100)
    with pytest.raises(ImportRefusedError, match="expected at most 99 bytes, found 100"):
        value(output, format_="criterion", path="target/criterion", most_bytes=99)


ALIGNED = {
    "utterance_id": "a", "duration_ms": 1000, "num_frames_t": 50, "forward_ms": 5.0,
    "align_ms": 0.5, "total_ms": 5.5, "total_ms_repeats": [5.4, 5.5, 5.6],
    "forward_ms_repeats": [4.9, 5.0, 5.1], "align_ms_repeats": [0.5, 0.5, 0.5],
}  # fmt: skip
SPOKEN = {
    "device": "CPU", "model_dir": "models/0.6B", "iterations": 3,
    "results": [{"label": "short", "wall_clock_ms": 2000.0, "rtf": 0.5, "tokens_per_sec": 25.0}],
}  # fmt: skip
GROWN = {
    "config": {"iterations": 12, "model": "aligner.bin"}, "summary": {},
    "iterations": {
        "restart": [{"mem_before_mb": 70.0, "mem_after_infer_mb": 70.0 + k} for k in range(12)]
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "file", "text", "metric", "value_"),
    [
        ("alignment", "perf.jsonl", json.dumps(ALIGNED) + "\n", "total_time", 0.0055),
        ("whisper", "inference_per_file.csv",
         'file,duration_s,end_to_end_s,rtf,text\na.wav,10.0,2.0,0.2,"one\ntwo"\n', "rtf", 0.2),
        ("tts", "results.json", json.dumps(SPOKEN), "rtf", 0.5),
        ("lifecycle", "comparison.json", json.dumps(GROWN), "rss_growth_rate", 2**20),
    ],
)  # fmt: skip
def test_files_of_the_projects_that_soundmark_follows_are_read(
    output, kind, file, text, metric, value_
):
    (output.folder / file).write_text(text)
    reads = Reads(format=kind, path=file)
    found = readers.read(reads, output, readers.before((reads,), output, 0.0))
    assert outcome(found, metric).value == pytest.approx(value_)

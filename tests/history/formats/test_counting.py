"""What ``import`` says about the rows of a file, and how it ends."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from history.formats.counting import reason_lines, summary_line
from history.formats.interface import Imported, LeftOut, Refused
from history.formats.take_in import FileResult
from soundmark import main

HEADER = "suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples\n"
ROW = "s,b,,total_time,s,lower,m,c1,2026-01-01,{},\n"


def result(**counts):
    return FileResult("a.csv", Imported((), **counts), points_added=3, points_known=2)


def test_every_row_is_counted_and_the_counts_add_up():
    found = result(rows_read=9, refused=(Refused(2, "no"),), left_out=(LeftOut(3, "a mean"),))
    assert summary_line(found) == (
        "a.csv: 9 rows read, 7 taken, 1 left out, 1 refused; 5 points: 3 new, 2 already there"
    )


def test_rows_of_one_reason_stand_in_one_line_whatever_their_numbers():
    refused = tuple(Refused(k, f'value: expected a number, found "{k}x"') for k in range(2, 12))
    found = result(rows_read=20, refused=(*refused, Refused(15, "commit is empty")))
    assert list(reason_lines(found)) == [
        'rows 2, 3, 4, 5, 6 and 5 more refused: value: expected a number, found "2x"',
        "row 15 refused: commit is empty",
    ]


def test_hundreds_of_reasons_are_counted():
    letters = [f"{a}{b}" for a in "abcdef" for b in "abcdef"]
    refused = tuple(Refused(k, word) for k, word in enumerate(letters, start=1))
    lines = list(reason_lines(result(rows_read=36, refused=refused)))
    assert lines[-1] == "16 more rows refused for 16 more reasons"


@pytest.fixture
def soundmark(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, words)


def test_a_file_that_cannot_be_read_keeps_no_other_out(soundmark, tmp_path):
    (tmp_path / "a.csv").write_text("nothing of it")
    (tmp_path / "b.csv").write_text(HEADER + ROW.format("1.0") + ROW.format("x"))
    done = soundmark("import", "csv", "a.csv", "b.csv")
    assert done.exit_code == 3
    assert "b.csv: 2 rows read, 1 taken, 0 left out, 1 refused; 1 point: 1 new" in done.output
    assert "Error: a.csv: this is not csv" in done.output


def test_a_file_that_is_named_twice_is_read_once(soundmark, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + ROW.format("1.0"))
    (tmp_path / "again.csv").symlink_to("a.csv")
    done = soundmark("import", "csv", "a.csv", "./a.csv", "again.csv")
    assert done.exit_code == 0
    assert done.output.count("1 row read") == 1
    assert "a.csv is named 3 times and is read once" in done.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + ROW.format("x"), "none of its 1 rows can be taken; row 2: value: expected"),
        (HEADER, "a.csv: there are no results in it"),
        ("{}", "a.csv: this is not csv"),
    ],
)
def test_data_of_which_nothing_can_be_taken_is_a_broken_environment(
    soundmark, tmp_path, text, message
):
    (tmp_path / "a.csv").write_text(text)
    done = soundmark("import", "csv", "a.csv")
    assert (done.exit_code, message in done.output) == (3, True), done.output


def test_a_file_that_is_not_there_and_a_commit_that_is_missing_are_wrong_words(soundmark, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"soundmark": 1, "metrics": {"total_time": 1.0}}\n')
    (tmp_path / "good.csv").write_text(HEADER + ROW.format("1.0"))
    gone = soundmark("import", "csv", "good.csv", "none.csv")
    assert (gone.exit_code, "none.csv; nothing was taken" in gone.output) == (2, True)
    done = soundmark("import", "soundmark-lines", "a.jsonl")
    assert (done.exit_code, "--commit" in done.output) == (2, True)


def test_the_name_of_a_file_stands_before_its_counts_and_out_of_their_way(soundmark, tmp_path):
    (tmp_path / "a.csv").write_text(HEADER + ROW.format("1.0"))
    done = soundmark("import", "csv", "a.csv")
    assert done.stderr.startswith("a.csv: csv, one row per point"), "a long file says what goes on"
    assert done.stdout.startswith("a.csv: 1 row read"), "who reads the counts reads nothing else"
    assert done.output.index("a.csv: csv") < done.output.index("a.csv: 1 row read")

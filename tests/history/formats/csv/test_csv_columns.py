"""Plain CSV read as columns gives what it gave row by row, whichever of two readers takes it."""

import csv
import json
from pathlib import Path

import msgspec
import pytest

from history.formats import take_in
from history.formats.csv import Csv, plain, reading
from history.formats.interface import Context


@pytest.fixture(autouse=True)
def _short_files_too(monkeypatch):
    """The reader of long files takes these, too."""
    monkeypatch.setattr(reading, "SHORT_BYTES", 0)


ROWS = Path(__file__).parent / "golden" / "odd_rows.csv"
GOLDEN = json.loads(ROWS.with_suffix(".json").read_text())
CONTEXT = Context(suite="given")


def told(found):
    return {
        "records": json.loads(msgspec.json.encode(found.records)),
        "rows_read": found.rows_read,
        "refused": [[one.row, one.reason] for one in found.refused],
        "flagged": list(found.flagged),
    }


def by_columns(path):
    with path.open("rb") as file:
        header = next(csv.reader([path.read_text().splitlines()[0]]))
        return plain.read(path, file, header)


def by_csv(path):
    with path.open(newline="") as file:
        return reading.Reading(CONTEXT).read(path.name, csv.reader(file))


def test_rows_of_every_kind_give_the_records_that_they_gave_one_by_one():
    assert by_columns(ROWS) is not None
    assert told(Csv().read(ROWS, CONTEXT)) == GOLDEN


def test_both_readers_give_the_same():
    assert told(by_csv(ROWS)) == GOLDEN


CHANGES = {
    "a line break in a cell": lambda text: text.replace("c \u00b5", '"c \n\u00b5"'),
    "blank lines": lambda text: text.replace("\n", "\n\n", 9),
    "a quote inside": lambda text: text.replace(",a,", ',a"b,'),
    "a blank before a quote": lambda text: text.replace(",a,", ', "a",'),
    "a blank after a quote": lambda text: text.replace(",a,", ',"a" ,'),
    "cells too many": lambda text: text.replace(",sparkle,", ",sparkle,,"),
    "returns": lambda text: text.replace("\n", "\r"),
    "returns and feeds": lambda text: text.replace("\n", "\r\n"),
    "two ways of ending a line": lambda text: text.replace("\n", "\r\n", 5),
    "a mark at the beginning": lambda text: "\ufeff" + text.rstrip("\n"),
    "a line of nothing": lambda text: text + "," * text.partition("\n")[0].count(",") + "\n",
    "every row twice": lambda text: text + text.partition("\n")[2],
    "odd blanks": lambda text: text.replace(",a,", ",\u2003a\xa0,"),
    "a text cut off": lambda text: text + '"',
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_that_one_of_them_cannot_read_is_read_by_the_other(tmp_path, change):
    path = tmp_path / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(change(ROWS.read_text()))
    with path.open(newline="", encoding="utf-8-sig") as file:
        expected = reading.Reading(CONTEXT).read(path.name, csv.reader(file))
    assert told(Csv().read(path, CONTEXT)) == told(expected)


def test_a_name_that_looks_like_a_pattern_names_one_file(tmp_path):
    path = tmp_path / "[a-z]*.csv"
    path.write_text(ROWS.read_text())
    (tmp_path / "b.csv").write_text("nothing")
    assert told(Csv().read(path, CONTEXT)) == GOLDEN


def test_what_is_taken_in_counts_every_row():
    found = take_in.imported(Csv(), ROWS, CONTEXT)
    assert found.rows_taken + len(found.refused) == found.rows_read
    assert len(found.batch) == sum(len(record["points"]) for record in GOLDEN["records"])

import csv
import io

import msgspec
import pytest

from history.formats import whisper_table as table
from history.formats.whisper_table import Value
from history.project.workspace import open_workspace
from history.words.errors import UsageError
from history.words.key import parse_pairs
from history.words.records import Item, Skipped, Variant
from tests.history.builders import point, record


def way(implementation="own-loop", precision="fp32", threads=1, features="4c4g"):
    return Variant(
        implementation=implementation, runtime="onnxruntime", device="cpu", precision=precision,
        threads=str(threads), features=features,
    ).text()  # fmt: skip


def value(metric="end_to_end_time", number=1.5, *, n=5, of=None, status="measured", reason=""):
    spread = (None, None) if number is None else (number * 0.9, number * 1.1)
    return Value(of or way(), metric, number, *spread, n, status, reason)


def items(count, of=None):
    pairs = parse_pairs(of or way())
    return [
        Item(
            suite="whisper",
            benchmark="transcribe",
            item=f"{n}.wav",
            variant=Variant(**pairs),
            values={"end_to_end_time": 1.0 + n},
        )
        for n in range(count)
    ]


def row(*values, count=3):
    (found,) = table.rows(values or [value()], items(count))
    return found


def test_a_way_is_split_into_its_parts():
    found = row(value(of=way(features="spin+4c4g")))
    assert (found["implementation"], found["precision"], found["threads"]) == (
        "own-loop", "fp32", "1",
    )  # fmt: skip
    assert (found["limit"], found["features"]) == ("4c4g", "spin")


def test_a_row_says_by_what_means_its_limit_was_kept():
    facts = {"whisper/onnxruntime-1t-fp32-4c4g": {"limited by": "systemd-run"}}
    values = [value(), value(of=way(precision="int8")), value(of=way(features=""))]
    found = {row["precision"] + row["limit"]: row for row in table.rows(values, items(3), facts)}
    assert found["fp324c4g"]["limited_by"] == "systemd-run"
    assert found["int84c4g"]["limited_by"] == found["fp32"]["limited_by"] == ""


def test_time_comes_with_its_interval_and_memory_in_mebibytes():
    found = row(value(), value("peak_rss", 150 * 2**20), value("rtf", 0.1))
    assert (found["time_s"], found["time_low_s"], found["rtf"]) == (1.5, 1.35, 0.1)
    assert found["ram_mb"] == 150


def test_one_file_and_one_run_say_so_and_have_no_percentile():
    found = row(value(n=1), count=1)
    assert (found["remark"], found["p95_s"]) == ("one file, one run", None)


def test_one_file_with_repeats_says_how_many():
    assert row(value(n=5), count=1)["remark"] == "one file, 5 repeats"


def test_a_percentile_needs_twenty_files():
    assert row(count=19)["p95_s"] is None
    assert row(count=19)["remark"] == "p95 needs 20 files"
    assert row(count=20)["p95_s"] == pytest.approx(19.05)
    assert row(count=20)["remark"] == ""


def test_what_was_not_measured_stands_last_with_its_reason():
    slow, absent = way(precision="int8"), way("hf-generate")
    found = table.rows(
        [
            value(number=None, of=absent, n=0, status="failed", reason="memory ran out"),
            value(number=3.0, of=slow),
            value(number=2.0),
        ],
        [*items(2), *items(2, slow)],
    )
    assert [one["time_s"] for one in found] == [2.0, 3.0, None]
    assert found[-1]["remark"] == "failed: memory ran out"


def test_the_table_can_be_read_back():
    (found,) = csv.DictReader(io.StringIO(table.as_csv([row()])))
    assert (found["time_s"], found["p95_s"], found["files"]) == ("1.5", "", "3")


def test_the_page_leaves_empty_columns_out_and_escapes_what_would_break_it():
    text = table.as_markdown([row(value(number=None, status="failed", reason="a|b\n<b>"))])
    head, line, cells = text.splitlines()
    assert "p95_s" not in head
    assert line == "|" + "---|" * (head.count("|") - 1)
    assert "failed: a\\|b &lt;b>" in cells


def test_the_newest_run_becomes_two_files(tmp_path, capsys):
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    variant = Variant(**parse_pairs(way()))
    points = [
        point(number, suite="whisper", benchmark="transcribe", metric=metric, variant=variant)
        for metric, number in {"end_to_end_time": 1.5, "peak_rss": 150.0 * 2**20}.items()
    ]
    workspace.append([record("a1", *points, items=tuple(items(2)))])
    exporter = table.WhisperTable()
    with workspace.reading() as connection:
        exporter.write(connection, tmp_path / "out")
        exporter.write(connection, None)
        with pytest.raises(UsageError, match="expected a folder, found a file"):
            exporter.write(connection, tmp_path / "history.duckdb")
    page = (tmp_path / "out" / "summary_table.md").read_text()
    assert capsys.readouterr().out == page
    assert "| own-loop | fp32 | cpu | 1 | 4c4g | 2 | 1 | 1.5 |" in page
    text = (tmp_path / "out" / "summary_table.csv").read_text()
    (found,) = csv.DictReader(io.StringIO(text))
    assert found["ram_mb"] == "150.0"


def test_a_run_just_measured_gives_the_table_that_is_exported_of_it_later(tmp_path):
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    here, beyond = (Variant(**parse_pairs(way(features=limit))) for limit in ("2c4g", "4c4g"))
    measured = point(1.5, suite="whisper", metric="end_to_end_time", variant=here)
    made = record(
        "a1",
        measured,
        msgspec.structs.replace(
            measured, variant=beyond, outcome=Skipped(reason="4c4g asks for 4 cores.")
        ),
        items=tuple(items(2, here.text())),
    )
    workspace.append([made])
    table.write(tmp_path / "now", table.of_record(made))
    with workspace.reading() as connection:
        table.WhisperTable().write(connection, tmp_path / "later")
    for name in ("summary_table.md", "summary_table.csv"):
        assert (tmp_path / "now" / name).read_text() == (tmp_path / "later" / name).read_text()
    assert "skipped: 4c4g asks for 4 cores." in (tmp_path / "now/summary_table.md").read_text()

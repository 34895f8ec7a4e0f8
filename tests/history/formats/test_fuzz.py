"""Whatever a result file holds, it is taken, or refused and named; nothing fails or hangs."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest
from click.testing import CliRunner

from history.formats import fields, registry, take_in
from history.formats.csv import Csv, reading
from history.formats.hyperfine import Hyperfine
from history.project.workspace import open_workspace
from history.store.admission.limits import Limits
from history.words.errors import ImportRefusedError
from history.words.records import RunRecord
from soundmark import main
from tests.history.formats import fuzz
from tests.history.formats.builders import CONTEXT
from tests.history.formats.test_every_row_is_counted import csv_text, hyperfine_text
from tests.history.formats.texts import GOOD

INPUTS = 20
"""Of every format; ``benchmarks/history/fuzz.py`` makes more."""
NAMES = (*fuzz.CORPUS, "criterion", "parquet")


def test_every_reader_is_attacked():
    assert {name.partition(" ")[0] for name in NAMES} == set(registry.names(registry.IMPORT))


def test_damaged_files_are_taken_or_refused_and_what_is_taken_can_be_stored(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "SHORT_BYTES", 2_000)  # either reader of plain CSV gets some
    rng = random.Random(18)
    records: dict[str, RunRecord] = {}
    for name in NAMES:
        kinds = set()
        for number in range(INPUTS):
            (place := tmp_path / f"{name} {number}").mkdir()
            kind, found = fuzz.attacked(name, rng, place)
            kinds.add(kind)
            records |= {record.run.run_id: record for record in found}
        assert kinds & {fuzz.REFUSED, fuzz.IN_PART, fuzz.STUMBLED}, f"{name}: nothing is damaged"
    workspace = open_workspace(None, tmp_path / "h.duckdb", tmp_path / "runs")
    assert workspace.append(list(records.values())).added == len(records)


@pytest.mark.parametrize("format_", [Csv(), Hyperfine()])
def test_a_pipe_without_a_writer_and_an_endless_device_are_refused(tmp_path, format_):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    workspace = open_workspace(None, tmp_path / "h.duckdb", tmp_path / "runs")
    for name, found in (("pipe", "a pipe"), ("zero", "a device")):
        with pytest.raises(ImportRefusedError, match=f"expected a regular file, found {found}"):
            take_in.import_file(workspace, format_, tmp_path / name, CONTEXT)


@pytest.mark.parametrize("format_", [Csv(), Hyperfine()])
def test_a_file_beyond_the_limit_is_refused_unread(tmp_path, format_):
    most = Limits().file_bytes
    with (tmp_path / "large").open("wb") as file:
        file.truncate(most + 1)
    with pytest.raises(ImportRefusedError, match=f"expected at most {most} bytes"):
        take_in.read(format_, tmp_path / "large", CONTEXT)


def test_limits_of_the_project_hold_for_what_is_imported(tmp_path):
    (tmp_path / "soundmark.toml").write_text("[history.limits]\nfile_bytes = 200\n")
    (tmp_path / "a.csv").write_text(csv_text([GOOD, GOOD, GOOD]))
    words = ["import", "csv", tmp_path / "a.csv", "--config", tmp_path / "soundmark.toml"]
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert (done.exit_code, "expected at most 200 bytes, found" in done.output) == (3, True)
    (tmp_path / "soundmark.toml").write_text("[history.limits]\ntext_bytes = 8\n")
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert (done.exit_code, "texts of at most 8 bytes" in done.output) == (3, True)
    (tmp_path / "soundmark.toml").write_text("")
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    "text", ['{"results": [{"command": "\\ud800", "times": [1]}]}', "[" * 100 + "]" * 100]
)
def test_half_of_a_pair_and_deep_lists_are_refused(text):
    with pytest.raises(ImportRefusedError, match=r"a\.json: expected"):
        fields.load_json(text, "a.json")


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31", "1969-12-31"])
def test_a_row_of_a_time_that_no_history_has_is_refused(tmp_path, time):
    text = csv_text([GOOD, GOOD])
    (tmp_path / "a.csv").write_text(text.replace("2026-01-01", time, 1))
    found = take_in.imported(Csv(), tmp_path / "a.csv", CONTEXT)
    assert [one.row for one in found.refused] == [2]
    assert found.rows_taken == 1


def test_a_long_cell_is_a_row_like_others(tmp_path):
    (tmp_path / "a.csv").write_text(csv_text([GOOD, GOOD]).replace("b0", "b" * 131_072))
    assert take_in.imported(Csv(), tmp_path / "a.csv", CONTEXT).rows_taken == 2
    (tmp_path / "a.csv").write_text(csv_text([GOOD, GOOD]).replace("b0", "b" * 1_000_001))
    (refused,) = take_in.imported(Csv(), tmp_path / "a.csv", CONTEXT).refused
    assert "expected texts of at most 1000000 bytes" in refused.reason


@pytest.mark.parametrize("value", ["1e300", "-1e309", "9" * 400])
def test_a_row_of_an_absurd_number_is_refused(tmp_path, value):
    (tmp_path / "a.csv").write_text(csv_text([GOOD, GOOD]).replace("1.5", value, 1))
    (refused,) = take_in.imported(Csv(), tmp_path / "a.csv", CONTEXT).refused
    assert refused.row == 2
    assert "expected a finite number" in refused.reason or "up to 1e+150" in refused.reason


@pytest.mark.parametrize(("value", "said"), [("-1", "below 0"), ("0", "of 0 seconds")])
def test_times_that_cannot_be_are_remarked(tmp_path, value, said):
    (tmp_path / "a.json").write_text(hyperfine_text([GOOD]).replace("[1.0]", f"[{value}]"))
    found = take_in.imported(Hyperfine(), tmp_path / "a.json", CONTEXT)
    assert f"1 value {said}, first run 0, wall_time" in found.flagged


def test_no_message_acts_on_a_terminal(tmp_path):
    (tmp_path / "a.csv").write_text("\x1b[2Jhello")
    (tmp_path / "b.csv").write_text(csv_text([GOOD]).replace("samples", "\x1b[31m", 1))
    done = subprocess.run(
        [sys.executable, "-m", "soundmark", "import", "csv", "a.csv", "b.csv"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "\x1b" not in done.stdout + done.stderr
    assert 'it starts with "\N{REPLACEMENT CHARACTER}[2Jhello"' in done.stderr
    assert 'column "\N{REPLACEMENT CHARACTER}[31m" is not known' in done.stderr

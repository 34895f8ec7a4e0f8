"""A format is one file and one line of registration: here both are another package's."""

from __future__ import annotations

import csv
import sys

import pytest
from click.testing import CliRunner

from soundmark import main
from tests.collector.suites.command.collecting import collected

FORMAT = """
    from datetime import UTC, datetime

    from history.formats.interface import Parsed
    from history.formats.outcomes import measured
    from history.formats.put_out import put
    from history.words.records import Commit, Point

    class Stopwatch:
        name = "stopwatch"
        summary = "lines of laps, in seconds"
        repeats_itself = True
        written = "the number of points"

        def recognise(self, head):
            return head.startswith("lap ")

        def parse(self, text, name):
            laps = [float(line.split()[1]) for line in text.splitlines()]
            point = Point(
                suite="watch", benchmark="lap", metric="total_time", outcome=measured(laps)
            )
            commit = Commit(sha="a1", time=datetime(2026, 1, 1, tzinfo=UTC))
            return Parsed(points=(point,), rows_read=len(laps), commit=commit)

        def write(self, connection, target):
            (count,) = connection.execute("select count(*) from points").fetchone()
            put(target, f"{count} points\\n".encode())
"""


@pytest.fixture
def package(install, tmp_path, monkeypatch):
    entry = {"soundmark.formats": {"stopwatch": "stopwatch_module:Stopwatch"}}
    install("watches", entry, stopwatch_module=FORMAT)
    monkeypatch.chdir(tmp_path)


def soundmark(*arguments):
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_format_of_another_package_goes_in_and_out(package, tmp_path):
    (tmp_path / "laps.txt").write_text("lap 1.25\nlap 1.75\nlap 1.5\n")
    soundmark("import", "stopwatch", "laps.txt", "--machine", "box")
    (row,) = csv.DictReader(soundmark("export", "csv").splitlines())
    assert (row["suite"], row["machine"], float(row["value"])) == ("watch", "box", 1.5)
    assert soundmark("export", "stopwatch") == "1 points\n"


def test_a_file_of_another_kind_is_refused_in_its_words(package, tmp_path):
    (tmp_path / "laps.txt").write_text("round 1")
    result = CliRunner().invoke(main, ["import", "stopwatch", "laps.txt"])
    assert result.exit_code == 3
    assert "laps.txt: this is not stopwatch: expected lines of laps, in seconds" in result.output


def test_a_command_suite_reads_it_by_its_name(package, tmp_path):
    run = [sys.executable, "-S", "-c", "print('lap 0.5'); print('lap 0.75')"]
    got = collected(tmp_path, name="watch", run=run, reads="stopwatch")
    outcome = got.outcome("total_time", "lap")
    assert outcome.samples == (0.5, 0.75)
    assert outcome.n == 2, "the tool repeats by itself, so it ran once"

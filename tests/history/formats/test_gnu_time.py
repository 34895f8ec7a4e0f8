"""What GNU time writes; the sample is of version 1.9, five runs in one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from history.formats import take_in
from history.formats.gnu_time import GnuTime
from history.words.records import Failed
from tests.history.formats.builders import CONTEXT, SHARED, outcome

FORMAT = GnuTime()
REAL = Path(__file__).with_name("samples") / "gnu_time.txt"


def test_runs_of_one_command_are_its_samples():
    found = FORMAT.parse(REAL.read_text())
    assert outcome(found, "wall_time", "tool --x").n == 3
    assert outcome(found, "wall_time", "tool --x").samples[0] == 0.06
    assert outcome(found, "peak_rss", "tool --x").samples[0] == 1552 * 1024
    assert found.rows_read == 5


@pytest.mark.parametrize(
    ("command", "how"), [("sh -c exit 3", "exit code 3"), ("sh -c kill -9 $$", "signal 9")]
)
def test_a_command_of_which_every_run_failed_is_a_failed_point(command, how):
    found = outcome(FORMAT.parse(REAL.read_text()), "wall_time", command)
    assert found == Failed(reason=f"every run failed, the first with {how}")


def test_a_run_that_failed_beside_others_is_said():
    text = REAL.read_text().replace("Exit status: 0", "Exit status: 1", 1)
    found = FORMAT.parse(text)
    assert outcome(found, "wall_time", "tool --x").n == 2
    assert found.flagged == ("tool --x: 1 of 3 runs failed and are not used",)


@pytest.mark.parametrize(
    ("written", "seconds"), [("1:03.57", 63.57), ("2:01:03", 7263.0), ("0:00.00", 0.0)]
)
def test_the_clock_has_minutes_or_hours(written, seconds):
    text = REAL.read_text().replace("m:ss): 0:00.06", f"m:ss): {written}", 1)
    assert outcome(FORMAT.parse(text), "wall_time", "tool --x").samples[0] == pytest.approx(seconds)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published files are not here")
def test_published_logs_are_taken():
    for path in sorted(SHARED.rglob("*.time.txt")):
        assert FORMAT.recognise(path.read_text())
        assert take_in.read(FORMAT, path, CONTEXT).rows_taken == 1

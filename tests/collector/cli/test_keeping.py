"""Results can be stored, and are stored however the command ends."""

import signal

import pytest

from collector.cli.keeping import check_writable, ended_like_interrupted
from history.words.errors import BrokenEnvironmentError


def test_a_cancelled_job_ends_as_if_it_was_interrupted():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), ended_like_interrupted():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_folder_that_can_be_made_can_be_written(tmp_path):
    check_writable(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == [], "asking makes nothing"


def test_a_place_below_a_file_is_refused_with_its_name(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BrokenEnvironmentError, match="file is no folder that you may write to"):
        check_writable(tmp_path / "file" / "runs")

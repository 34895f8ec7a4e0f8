"""Every result is on disk before the next is measured, and outlives a cut and a full disk."""

from __future__ import annotations

import resource
import signal
import struct
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from collector.execution import spool
from history.words.errors import BrokenDataError
from tests.history.builders import point, record


def begun(folder: Path) -> spool.Spool:
    made = record("a1")
    return spool.Spool.begin(folder, spool.Head(run=made.run, options={}, planned=3))


def result(value: float) -> spool.Result:
    return spool.Result(points=(point(value),), at=datetime.now(UTC))


def test_a_spool_that_is_being_written_is_nobody_elses(tmp_path):
    mine = begun(tmp_path)
    assert spool.waiting(tmp_path) == 0
    mine.close()
    assert spool.waiting(tmp_path) == 1


@pytest.mark.parametrize("cut", [1, 5, 9, 40])
def test_a_result_that_was_cut_is_left_out_and_the_others_are_whole(tmp_path, cut):
    mine = begun(tmp_path)
    mine.keep(result(0.1))
    mine.keep(result(0.2))
    mine.close()
    (path,) = tmp_path.glob("*.spool")
    path.write_bytes(path.read_bytes()[:-cut])
    (left,) = spool.left(tmp_path)
    with left:
        assert [one.points for one in left.results] == [(point(0.1),)]
        again = spool.Spool.again(left)
        again.keep(result(0.3))
    (left,) = spool.left(tmp_path)
    with left:
        assert [one.points[0] for one in left.results] == [point(0.1), point(0.3)]


def test_the_result_that_meets_a_full_disk_is_kept_and_is_the_last(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # a cut one would be believed later
    mine = begun(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = next(tmp_path.glob("*.spool")).stat().st_size
    held = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, before[1]))
        with pytest.raises(spool.FullError, match="no room for more results"):
            mine.keep(result(0.1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, held)
    mine.close()
    (left,) = spool.left(tmp_path)
    with left:
        assert left.results == (), "a frame that did not fit is taken back whole"


def test_a_spool_of_another_version_is_named_and_keeps_nobody_from_measuring(tmp_path):
    mine = begun(tmp_path)
    mine.close()
    (path,) = tmp_path.glob("*.spool")
    content = msgspec.msgpack.encode({"run": "of tomorrow"})
    path.write_bytes(struct.pack("<II", len(content), zlib.crc32(content)) + content)
    assert spool.waiting(tmp_path) == 1
    with pytest.raises(BrokenDataError, match=f"{path.name} was left by another version"):
        list(spool.left(tmp_path))

"""Memory of a process, and what stands in where Linux does not tell."""

from pathlib import Path
from typing import Any

import psutil
import pytest

from collector.measure import memory
from tests.waiting import wait_for


def test_what_cannot_be_read_is_missing(monkeypatch, tmp_path: Path):
    for name in ("_STATUS", "_ROLLUP", "_CLEAR"):
        monkeypatch.setattr(memory, name, tmp_path / "none" / name)
    monkeypatch.setattr(memory, "_by_psutil", dict)
    assert memory.read() == {}
    assert memory.peak_rss() is None
    assert memory.reset_peak() is False


def test_where_the_peak_cannot_be_reset_it_is_looked_for(monkeypatch):
    looks: list[int] = []
    look = psutil.Process.memory_info

    def counted(process: psutil.Process) -> Any:
        looks.append(1)
        return look(process)

    monkeypatch.setattr(psutil.Process, "memory_info", counted)

    def action() -> bytes:
        passing = bytes([1]) * (60 * 2**20)
        before = len(looks)
        wait_for(lambda: len(looks) >= before + 2)
        del passing
        return b""

    before = memory.read()["rss"]
    peak = memory.sampled_peak(action)
    assert peak is not None
    assert peak - before == pytest.approx(60 * 2**20, rel=0.1)


def test_elsewhere_psutil_answers(monkeypatch, tmp_path: Path):
    for name in ("_STATUS", "_ROLLUP"):
        monkeypatch.setattr(memory, name, tmp_path / "none")
    found = memory.read()
    assert found["rss"] > 2**20
    assert 0 not in found.values()

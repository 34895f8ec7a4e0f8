"""Profilers of other people, and the stacks that they write."""

import os
import shutil

import pytest

from collector.execution import profilers
from collector.execution.profilers import Stack
from history.words.errors import BrokenEnvironmentError


def test_a_profiler_that_may_not_look_refuses_with_what_it_said(tmp_path, monkeypatch):
    (tmp_path / "perf").write_text("#!/bin/sh\necho 'Error: Permission denied' >&2\nexit 1\n")
    (tmp_path / "perf").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    if shutil.which("perf") != str(tmp_path / "perf"):
        pytest.skip("another perf stands beside Python")
    with pytest.raises(BrokenEnvironmentError, match="Permission denied"):
        profilers.check("perf")


def test_stacks_of_perf_are_folded_from_the_outside_in():
    text = (
        "tool \n\t  10 inner\n\t  20 inner\n\t  30 main\n\n"
        "tool \n\t  11 inner\n\t  30 main\n\ntool \n\t  40 main\n\n"
    )
    found = profilers.of_perf(text)
    assert found == [Stack(("tool", "main"), 1), Stack(("tool", "main", "inner"), 2)]
    assert profilers.folded(found) == "tool;main 1\ntool;main;inner 2\n"
    assert profilers.of_folded(profilers.folded(found)) == found

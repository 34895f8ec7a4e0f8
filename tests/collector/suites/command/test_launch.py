"""How a program is started and waited for, in a process whose children may be ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from collector.suites.command.launch import check

QUESTIONS = """
import json, os, sys
from pathlib import Path
from collector.suites.command.launch import WaitingProgram

folder = Path(sys.argv[1])

def waiting(*argv):
    return WaitingProgram(argv, folder, os.environ, (folder / "out", folder / "err"))

def ended(one, limit_s=60.0):
    found = one.wait(limit_s)
    one.close()
    return found

found = {}
one = waiting("sh", "-c", "echo said; echo wrong >&2; exit 3")
one.start()
found["code"] = ended(one).code
found["output"] = [(folder / name).read_text() for name in ("out", "err")]
one = waiting("sh", "-c", "kill -9 $$")
one.start()
found["signal"] = ended(one).code
one = waiting("sleep", "1000")
one.start()
slow = ended(one, 0.05)
found["late"] = [slow.timed_out, slow.code]
one = waiting("touch", "ran")
if one._start_pipe >= 0:
    os.close(one._start_pipe)
    one._start_pipe = -1
    found["never"] = [ended(one).code != 0, (folder / "ran").exists()]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("launch")
    command = [sys.executable, "-c", QUESTIONS, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_its_exit_code_and_its_output_are_its_own(found):
    assert found["code"] == 3
    assert found["output"] == ["said\n", "wrong\n"]


def test_a_signal_is_a_negative_code(found):
    assert found["signal"] == -9


def test_a_program_that_takes_too_long_is_killed(found):
    assert found["late"] == [True, -9]


def test_a_program_that_waits_does_not_run_when_its_pipe_closes(found):
    if "never" not in found:
        pytest.skip("programs are started without a waiting shell here")
    assert found["never"] == [True, False]


def test_what_cannot_be_started_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no program no-such-program"):
        check("no-such-program", tmp_path, os.environ)
    with pytest.raises(FileNotFoundError, match="there is no folder gone to run sh in"):
        check("sh", tmp_path / "gone", os.environ)

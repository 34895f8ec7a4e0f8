"""What measures does not outlive the one who asked for it: real processes, really killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from collector.protocol.orphan_guard import Guard
from tests.waiting import gone, wait_for

pytestmark = pytest.mark.skipif(os.name != "posix", reason="children talk over POSIX pipes")

ROOT = Path(__file__).resolve().parents[3]

PARENT = """
import sys
from pathlib import Path
from collector.execution.children import Limits
from tests.collector import toys
from tests.collector.harness import run
run(getattr(toys, sys.argv[1]), Path.cwd(), limits=Limits(600.0, 600.0, 600.0, 600.0))
"""


def start(toy: str, folder: Path) -> tuple[subprocess.Popen[bytes], list[int]]:
    """A parent that measures a toy, and the processes the toy says it has."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, toy],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    told = folder / "pids"
    wait_for(lambda: told.exists() and told.read_text().endswith("\n"))
    return parent, [int(word) for word in told.read_text().split()]


def test_a_child_stuck_in_c_and_its_program_die_with_a_parent_that_was_killed(tmp_path: Path):
    parent, pids = start("HangsInC", tmp_path)
    assert not any(gone(pid) for pid in pids)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_for(lambda: all(gone(pid) for pid in pids))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's own tie")
def test_without_a_guard_the_kernel_still_ends_the_child(tmp_path: Path):
    parent, (child, program) = start("HangsInC", tmp_path)
    for process in psutil.Process(parent.pid).children():
        if process.pid != child:
            process.kill()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_for(lambda: gone(child))
    assert not gone(program), "only the guard ends what the child has started"
    psutil.Process(program).kill()


def test_a_child_whose_parent_died_before_it_could_say_so_ends_at_once():
    read, write = os.pipe()
    up_read, up_write = os.pipe()
    os.write(write, b'{"type":"quit"}\n')  # a word still in the pipe is no sign of life
    os.close(write)
    child = subprocess.run(
        [sys.executable, "-m", "collector.protocol.child", str(read), str(up_write)],
        pass_fds=(read, up_write),
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    os.close(up_write)
    assert child.returncode == 1
    assert b"the parent is gone" in child.stderr
    assert os.read(up_read, 100) == b""
    os.close(read)
    os.close(up_read)


def test_a_guard_that_was_dismissed_ends_nobody():
    program = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    Guard(program.pid).dismiss()
    time.sleep(0.2)
    assert program.poll() is None
    program.kill()
    program.wait()

"""Ctrl-C is confirmed at once, whatever it meets, and is never called a mistake."""

import os
import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.waiting import hears_ctrl_c

TOLD = "Interrupted: ending what runs."
STUCK = """
import click, os, signal, sys
import history.words.errors, soundmark.command as command
module = type(sys)("stuck")
sys.modules["stuck"] = module

@click.command()
def stuck():
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise {error} from None

module.stuck = stuck
command.COMMANDS["stuck"] = "stuck:stuck"
command.main(["stuck"])
"""


def started(folder, *words):
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509
    )


@pytest.mark.parametrize(
    "error",
    ["RuntimeError('Query interrupted')", "history.words.errors.BrokenDataError('INTERRUPT')"],
)
def test_an_error_that_a_library_makes_of_it_is_no_mistake_of_soundmark(tmp_path, error):
    with started(tmp_path, "-c", STUCK.format(error=error)) as process:
        _, said = process.communicate()
    assert process.returncode == 1
    assert TOLD in said
    assert "Aborted!" in said
    assert "mistake" not in said
    assert "Error" not in said


def test_a_server_says_that_it_ends(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<p>here")
    words = ["site", "serve", "--out", "site", "--port", "0"]
    with started(tmp_path, "-m", "soundmark", *words) as process:
        assert process.stderr is not None
        assert "Ctrl-C ends it" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode == 0
    assert said.index(TOLD) < said.index("ended")

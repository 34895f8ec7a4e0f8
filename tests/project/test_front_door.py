"""The front door opens quickly and shows errors as messages."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

import soundmark
from history.words.errors import BrokenDataError, UsageError

HEAVY = ["altair", "duckdb", "mkdocs", "onnxruntime", "pandas", "scipy", "torch", "transformers"]


def test_help_takes_less_than_400_ms_of_cpu():
    def cpu_s() -> float:
        command = [sys.executable, "-m", "soundmark", "--help"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return used.ru_utime + used.ru_stime

    assert min(cpu_s() for _ in range(3)) < 0.4


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from soundmark import main; main(['--help'], standalone_mode=False);"
        f"print('HEAVY', *sorted(set(sys.modules) & set({HEAVY})))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1].split()[1:] == []


@pytest.fixture
def failing(monkeypatch):
    """A front door with one command that raises what it is told to."""

    def mount(error: Exception) -> None:
        @click.command
        @click.option("--debug", is_flag=True)
        def command(*, debug: bool) -> None:
            raise error

        monkeypatch.setattr(soundmark.main, "get_command", lambda *_: command)

    return mount


@pytest.mark.parametrize(("error", "code"), [(UsageError("no"), 2), (BrokenDataError("no"), 3)])
def test_a_known_error_is_a_message_and_an_exit_code(failing, error, code):
    failing(error)
    result = CliRunner().invoke(soundmark.main, ["anything"])
    assert (result.exit_code, result.stderr) == (code, "Error: no\n")


def test_debug_shows_where_an_error_comes_from(failing):
    failing(BrokenDataError("no"))
    result = CliRunner().invoke(soundmark.main, ["anything", "--debug"])
    assert isinstance(result.exception, BrokenDataError)


def test_an_unknown_command_is_a_usage_error():
    assert CliRunner().invoke(soundmark.main, ["nonsense"]).exit_code == 2

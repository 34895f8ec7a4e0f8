"""The front door opens quickly and shows errors as messages."""

import subprocess
import sys
from typing import assert_type

import click
import pandas as pd
import pytest
from click.testing import CliRunner

import soundmark
from history.project.workspace import open_workspace
from history.words.errors import BrokenDataError, UsageError
from tests.history.builders import point, record

HEAVY = ["altair", "duckdb", "mkdocs", "onnxruntime", "pandas", "scipy", "torch", "transformers"]


@pytest.mark.parametrize("words", [[], ["history"], ["site"]], ids=" ".join)
def test_no_summary_of_a_command_is_cut_on_a_narrow_terminal(words):
    told = CliRunner().invoke(soundmark.main, [*words, "--help"], terminal_width=60).output
    summaries = told.partition("Commands:")[2]
    assert len(summaries.splitlines()) > 2
    assert "..." not in summaries


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from soundmark import main; main(['--help'], standalone_mode=False);"
        f"print('HEAVY', *sorted(set(sys.modules) & set({HEAVY})))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1].split()[1:] == []


READ = """
import sys, soundmark
before = {name for name in sys.modules if name in HEAVY}
history = soundmark.open("history.duckdb")
tables = [history.trend(), history.latest(), history.samples(), history.regressions()]
after = {name for name in sys.modules if name in HEAVY}
print(sorted(before), sorted(after), [len(table) for table in tables])
"""


def test_importing_it_loads_nothing_heavy_and_reading_no_more_than_pandas(tmp_path):
    made = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    made.append([record("a1", point(0.1, samples=(0.09, 0.1, 0.11)))])
    result = subprocess.run(
        [sys.executable, "-c", READ.replace("HEAVY", str(HEAVY))],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stdout == "[] ['duckdb', 'pandas'] [1, 1, 3, 0]\n"


def test_what_it_offers_has_types(tmp_path):
    """A type checker reads this file; at run time the types are only looked at."""
    open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs").sync()
    with soundmark.open(tmp_path / "history.duckdb") as history:
        assert_type(history, soundmark.History)
        assert_type(history.query("select 1"), pd.DataFrame)
        trend = assert_type(history.trend(), pd.DataFrame)
    assert isinstance(trend, pd.DataFrame)
    assert set(dir(soundmark)) == {"History", "SoundmarkError", "main", "open"}


def test_an_attribute_that_is_not_there_is_named():
    with pytest.raises(AttributeError, match="module 'soundmark' has no attribute 'opne'"):
        soundmark.opne  # type: ignore[attr-defined]  # noqa: B018 - to see it raise


def test_python_m_soundmark_is_the_command():
    asked = [sys.executable, "-m", "soundmark", "--version"]
    result = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("soundmark, version ")


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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "cache/x"), "cache/x: No space left on device."),
        (PermissionError(13, "Permission denied", "runs"), "runs: Permission denied."),
        (MemoryError(), "there is not enough memory."),
        (ValueError("odd\nmore"), "ValueError: odd. This is a mistake in soundmark"),
    ],
)
def test_an_error_that_nobody_foresaw_is_a_message_too_and_no_finding(failing, error, said):
    failing(error)
    result = CliRunner().invoke(soundmark.main, ["anything"])
    assert result.exit_code == 3
    assert result.stderr.startswith(f"Error: {said}")
    assert result.stderr.count("\n") == 1


def test_debug_shows_where_an_error_comes_from(failing):
    failing(BrokenDataError("no"))
    result = CliRunner().invoke(soundmark.main, ["anything", "--debug"])
    assert isinstance(result.exception, BrokenDataError)


def test_an_option_of_commands_before_the_command_is_sent_to_its_place():
    result = CliRunner().invoke(soundmark.main, ["--history", "x.duckdb", "check"])
    assert result.exit_code == 2
    assert "--history goes after the command: soundmark COMMAND --history." in result.stderr


def test_an_unknown_command_is_a_usage_error():
    assert CliRunner().invoke(soundmark.main, ["nonsense"]).exit_code == 2

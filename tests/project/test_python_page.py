"""The page about Python is run, block after block, in a project with a small history."""

import re
import shutil
from typing import Any

import pytest
from click.testing import CliRunner

import soundmark
from tests.conftest import ROOT
from tests.history.store.test_records_of_before import FIXTURES, VERSIONS

PAGE = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Eighteen nights on two runtimes, one of which became slower."""
    record = FIXTURES / VERSIONS[0]
    shutil.copy(record / "soundmark.toml", tmp_path)
    shutil.copytree(record / "runs", tmp_path / ".soundmark" / "runs")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(soundmark.main, ["history", "sync"]).exit_code == 0


def test_the_examples_run_and_find_what_they_look_for(project):
    given: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, "python.md", "exec"), given)  # noqa: S102 - it is our own page
    assert len(given["trend"]) > 20
    assert given["open_changes"]["metric"].tolist() == ["total_time"]
    assert given["spread"].notna().any()
    assert len(given["slower"]) == 0, "v1.0 stood before the change"
    assert given["counts"]["machine"].tolist() == ["box"]
    assert given["speedup"].median() == pytest.approx(2.6, abs=0.2)


def columns_of(call):
    """The columns that the page lists for a call."""
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `.{call}()` |"))
    return re.findall(r"`(\w+)`", row.split("|")[3])


def test_the_columns_of_the_page_are_those_of_the_tables(project):
    with soundmark.open() as history:
        for call in ("trend", "samples"):
            assert list(getattr(history, call)().columns) == columns_of(call)


def test_every_call_is_on_the_page():
    calls = [name for name in vars(soundmark.History) if not name.startswith("_")]
    assert [name for name in calls if f".{name}(" not in PAGE and name != "close"] == []

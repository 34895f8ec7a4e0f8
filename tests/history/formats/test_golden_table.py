"""The published golden trace, as a table of targets and speed-ups."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from history.formats import golden_table
from history.read.components import Component
from soundmark import main

SAMPLE = Path(__file__).parents[3] / "samples" / "golden-trace" / "history.csv"
CONFIG = """
project = "p"

[[target]]
name = "first token"
benchmark = "golden-trace.pipeline"
metric = "first_token_time"
limit = "120 ms"

[[target]]
name = "encoder"
benchmark = "golden-trace.pipeline"
metric = "encoder_time"
limit = "500 ms"
"""


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "soundmark.toml").write_text(CONFIG)
    done = CliRunner().invoke(main, ["import", "csv", str(SAMPLE)])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(main, ["export", "golden-table", "-o", "golden.md"])
    assert done.exit_code == 0, done.output
    return (tmp_path / "golden.md").read_text()


def test_components_stand_beside_their_targets_and_what_they_were_before(table):
    lines = table.splitlines()
    (encoder,) = [line for line in lines if "encoder_time" in line]
    assert " ms at WAPR-PERF-001 | 55.5 ms at WAPR-PERF-002 |" in encoder
    assert "| 2.14× | 500 ms | pass, 89 % below the limit |" in encoder
    (first,) = [line for line in lines if "first_token_time" in line and "273 ms" in line]
    assert "| 1.56× | 120 ms | FAIL, 46 % over, needs 32 % less |" in first


def test_without_a_target_or_a_direction_nothing_is_claimed():
    one = Component(
        "golden.pipeline", "", "box", "tokens", "token", "", "a1", 20.0, "", "", None, None
    )
    assert golden_table.markdown([one]).splitlines()[-1].endswith("| – | – | – |")


def test_more_is_faster_where_higher_is_better():
    one = Component(
        "golden.pipeline", "", "box", "tokens_per_second", "token/s", "higher", "b2", 200.0, "",
        "a1", 100.0, 150.0,
    )  # fmt: skip
    assert "| 2.00× | 150 token/s | pass, 33 % above the limit |" in golden_table.markdown([one])

"""What a comparison calls its sides."""

from pathlib import Path

from click.testing import CliRunner

from history.words.commit_names import called
from soundmark import main

SAMPLE = Path(__file__).parents[3] / "samples" / "golden-trace" / "history.csv"


def test_a_hash_is_cut_and_a_name_is_not():
    assert called("0123456789abcdef0123") == "0123456789ab"
    assert called("WAPR-PERF-001") == "WAPR-PERF-001"


def test_two_names_with_one_beginning_stay_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "soundmark.toml").write_text('project = "p"\n')
    done = CliRunner().invoke(main, ["import", "csv", str(SAMPLE)])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(main, ["compare", "WAPR-PERF-001", "WAPR-PERF-002"])
    assert "WAPR-PERF-001" in done.output
    assert "WAPR-PERF-002" in done.output

"""Whatever a format gives, no absolute path of a computer reaches a run file."""

import json
import subprocess

import duckdb
import pytest
from click.testing import CliRunner

from soundmark import main

HOME = "/home/annabel/work"
LINES = [
    {
        "soundmark": 1,
        "benchmark": f"decode {HOME}/clean/clip1.wav",
        "params": {"model": f"{HOME}/models/{size}/base.onnx"},
        "variant": {"weights": f"{HOME}/weights/{size}/v1.bin", "runtime": "torch"},
        "item": f"{HOME}/clips/a b.wav",
        "facts": {"config": f"{HOME}/etc/config.yaml"},
        "metrics": {"total_time": {"value": 1.5, "unit": "s"}},
    }
    for size in ("small", "large")
]
FAILED = {
    "soundmark": 1, "benchmark": "load", "status": "failed", "metrics": {"total_time": None},
    "reason": f"cannot open {HOME}/models/base.onnx: no such file",
}  # fmt: skip


@pytest.fixture
def soundmark(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    who = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    for command in (("init", "--quiet"), (*who, "commit", "--quiet", "--allow-empty", "-m", "a")):
        subprocess.run(["git", *command], check=True)

    def run(*arguments):
        done = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    return run


def texts(folder):
    """Every text of every run file."""
    files = [str(file) for file in folder.rglob("*.parquet")]
    with duckdb.connect() as connection:
        rows = connection.execute(
            "select to_json(t)::varchar from read_parquet($f) t", {"f": files}
        )
        return " ".join(row[0] for row in rows.fetchall())


def test_json_lines_keep_names_apart_and_no_path(soundmark, tmp_path):
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, [*LINES, FAILED])))
    soundmark("import", "soundmark-lines", "lines.jsonl", "--commit", "HEAD", "--machine", "box")
    written = texts(tmp_path / ".soundmark" / "runs")
    assert "/home" not in written
    assert "annabel" not in written
    query = "select distinct params, variant from trend where benchmark <> 'load' order by all"
    rows = json.loads(soundmark("history", "query", query, "--format", "json"))
    assert [row["params"] for row in rows] == ["model=large/base.onnx", "model=small/base.onnx"]
    assert rows[0]["variant"] == "runtime=torch;weights=large/v1.bin"


def test_two_users_who_measured_the_same_give_one_series(soundmark, tmp_path):
    for value, user in enumerate(("annabel", "bob")):
        line = json.dumps(LINES[0]).replace("/annabel/", f"/{user}/").replace("1.5", f"1.{value}")
        (tmp_path / f"{user}.jsonl").write_text(line)
        soundmark(
            "import", "soundmark-lines", f"{user}.jsonl", "--commit", "HEAD", "--machine", "b"
        )
    query = "select count(*) as n from series where metric = 'total_time'"
    assert json.loads(soundmark("history", "query", query, "--format", "json")) == [{"n": 1}]


def test_a_csv_with_paths_is_cut_as_well(soundmark, tmp_path):
    (tmp_path / "points.csv").write_text(
        "suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples\n"
        f"micro,read {HOME}/a/x.wav,,total_time,s,lower,box,a1,2026-01-05T00:00:00Z,1.5,\n"
        f"micro,read {HOME}/b/x.wav,,total_time,s,lower,box,a1,2026-01-05T00:00:00Z,2.5,\n"
    )
    soundmark("import", "csv", "points.csv")
    assert "/home" not in texts(tmp_path / ".soundmark" / "runs")
    query = "select benchmark from trend order by all"
    rows = json.loads(soundmark("history", "query", query, "--format", "json"))
    assert [row["benchmark"] for row in rows] == ["read a/x.wav", "read b/x.wav"]

"""The built wheel, without extras and far from the repository, can import and publish."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.project import installing

POINTS = """\
suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples
demo,demo.encode,size=1,forward_time,ms,lower,laptop,a1a1a1a1a1a1,2026-01-01T00:00:00Z,10.0,9.9;10.0;10.1
demo,demo.encode,size=1,forward_time,ms,lower,laptop,b2b2b2b2b2b2,2026-01-02T00:00:00Z,10.2,10.1;10.2;10.3
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*command, folder], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The bin folder of a new environment: this wheel, and links to its base dependencies."""
    venv = tmp_path_factory.mktemp("venv")
    installing.link(venv)
    pip = [sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "--quiet"]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", wheel], check=True)
    return venv / "bin"


@pytest.fixture
def soundmark(installed, tmp_path):
    """Run the installed command in an empty folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def run(*arguments: str) -> str:
        result = subprocess.run(
            [installed / "soundmark", *arguments],
            cwd=tmp_path, env=kept, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return run


def test_the_wheel_holds_every_data_file_and_no_data(wheel):
    from zipfile import ZipFile

    names = ZipFile(wheel).namelist()
    ours = [
        str(path.relative_to(ROOT))
        for room in ("soundmark", "collector", "history", "site_gen")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert set(ours) - set(names) == set()
    assert [name for name in names if name.endswith((".duckdb", ".parquet"))] == []
    assert [name for name in names if name.startswith("tests/")] == []


def test_the_base_install_has_no_inference_library():
    assert (
        set(installing.base_distributions()) & {"torch", "transformers", "onnxruntime", "onnx"}
        == set()
    )


def test_it_imports_publishes_and_is_read_from_python_with_types(soundmark, installed, tmp_path):
    (tmp_path / "points.csv").write_text(POINTS)
    soundmark("import", "csv", "points.csv")
    soundmark("site", "build", "--out", "site")
    assert (tmp_path / "site" / "index.html").exists()
    read = "import soundmark; print(soundmark.open().trend()['value'].round(6).tolist())"
    result = subprocess.run(
        [installed / "python", "-c", read], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stdout == "[0.01, 0.0102]\n"
    packages = next((installed.parent / "lib").glob("python*")) / "site-packages"
    assert (packages / "soundmark" / "py.typed").is_file()


def test_it_says_what_can_be_measured_without_the_speech_extra(soundmark):
    assert "micro" in soundmark("suites")


@pytest.mark.nightly
def test_the_nightly_road_from_a_run_file_to_a_site(soundmark, tmp_path):
    (tmp_path / "points.csv").write_text(POINTS)
    remote = tmp_path / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", remote], check=True)

    measured = ["--ledger", "out/runs", "--history", "out/history.duckdb"]
    soundmark("import", "csv", "points.csv", *measured)
    soundmark("history", "push", remote.as_uri(), *measured)
    rebuilt = ["--ledger", "record/runs", "--history", "history.duckdb"]
    soundmark("history", "pull", remote.as_uri(), *rebuilt)
    soundmark("history", "sync", *rebuilt)
    soundmark("site", "build", *rebuilt, "--out", "site")
    assert (tmp_path / "site" / "index.html").exists()
    count = ["history", "query", "select count(*) as points from points", "--format", "json"]
    assert json.loads(soundmark(*count, *rebuilt)) == [{"points": 2}]

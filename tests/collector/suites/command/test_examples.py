"""The tables of docs/suites/command.md, run for real wherever their tools are installed."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from history.words.records import Failed, Measured
from tests.collector.suites.command.collecting import SAMPLES, Got, collected
from tests.conftest import ROOT

DEBIAN_CRATES = Path("/usr/share/cargo/registry")
"""Where librust-criterion-dev puts what a computer without a network builds from."""
BENCHMARK_HEADER = Path("/usr/include/benchmark/benchmark.h")

needs_cargo = pytest.mark.skipif(shutil.which("cargo") is None, reason="needs a Rust toolchain")
needs_compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")


def example(name: str) -> dict[str, Any]:
    """The table of that name, as the page shows it."""
    page = (ROOT / "docs/suites/command.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^## Examples$(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    tables = [
        table
        for block in re.findall(r"```toml\n(.*?)```", blocks[0], re.DOTALL)
        for table in tomllib.loads(block)["suite"]
    ]
    (found,) = [table for table in tables if table["name"] == name]
    del found["use"]
    return found


def run(folder: Path, sources: str, name: str, **changes: Any) -> Got:
    """Copy the sources of a sample and collect the page's table there, offline."""
    shutil.copytree(SAMPLES / sources, folder, dirs_exist_ok=True)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {"CARGO_NET_OFFLINE": "true", "PATH": path}
    return collected(folder, **example(name) | {"env": env} | changes)


def check_lines(got: Got, program: str, frames: str) -> None:
    """What a program that repeats itself five times says, in each of two runs."""
    total = got.outcome("total_time", "align", frames=frames)
    assert total.n == 10
    assert got.value("unattributed_time", "align", frames=frames) == pytest.approx(0.0, abs=1e-6)
    assert got.value("forward_time", "align", frames=frames) < total.value
    assert total.value < got.value("wall_time", program, frames=frames)
    assert got.value("peak_rss", "align", frames=frames) > 5e5


@needs_cargo
def test_a_rust_program_is_built_once_and_reports_its_own_stages(tmp_path):
    got = run(tmp_path, "rust", "aligner", repeats=2, warmup=0)
    assert got.value("build_time") > 0.05
    for frames in ("100", "400"):
        check_lines(got, "aligner", frames)
        assert got.value("peak_rss", "aligner", frames=frames) < 2e7


@needs_compiler
def test_a_cpp_program_is_built_once_and_reports_its_own_stages(tmp_path):
    got = run(tmp_path, "cpp", "aligner-cpp", repeats=2, warmup=0)
    assert got.value("build_time") > 0.05
    for frames in ("100", "400"):
        check_lines(got, "aligner-cpp", frames)
        assert len(got.point("total_time", "align", frames=frames).fingerprint) > 5


@needs_cargo
def test_cargo_run_gives_what_the_program_says_and_its_own_time_beside_it(tmp_path):
    got = run(tmp_path, "rust", "aligner-run", repeats=2, warmup=0)
    check_lines(got, "aligner-run", "100")
    assert got.value("build_time") > 0.05


@needs_cargo
@pytest.mark.skipif(
    not list(DEBIAN_CRATES.glob("criterion-0*")), reason="needs librust-criterion-dev"
)
@pytest.mark.nightly
def test_cargo_bench_with_criterion_gives_its_raw_samples(tmp_path):
    (tmp_path / ".cargo").mkdir()
    (tmp_path / ".cargo/config.toml").write_text(
        '[source.crates-io]\nreplace-with = "debian"\n'
        f'[source.debian]\ndirectory = "{DEBIAN_CRATES}"\n'
    )
    got = run(tmp_path, "criterion", "kernels")
    for width in ("50", "3200"):
        time = got.outcome("operation_time", f"sampling/best/{width}")
        assert (time.n, len(time.samples)) == (10, 10)
        assert 1e-10 < time.value < 1e-3
        rate = got.value("throughput", f"sampling/best/{width}")
        assert rate == pytest.approx(int(width) / time.value, rel=0.3)
    assert got.value("tool_time") > 0.2  # warming up and measuring two of them


@needs_cargo
def test_lines_of_cargo_bench_are_read_by_a_regular_expression(tmp_path):
    got = run(tmp_path, "rust", "kernels-lines", repeats=2, warmup=1)
    for k in (50, 200):
        assert 1e-9 < got.value("operation_time", f"top_k/{k}") < 1e-3
        assert got.outcome("operation_time", f"top_k/{k}").n == 2
    assert got.value("tool_time") > 0


@needs_compiler
@pytest.mark.skipif(not BENCHMARK_HEADER.is_file(), reason="needs libbenchmark-dev")
@pytest.mark.nightly
def test_google_benchmark_gives_repetitions_counters_and_its_own_failure(tmp_path):
    got = run(tmp_path, "cpp", "kernels-cpp")
    for width in (50, 3200):
        assert got.outcome("operation_time", f"best/{width}").n == 5
        assert got.value("width", f"best/{width}") == width
        assert got.value("throughput", f"best/{width}") > 1e6
    assert got.outcome("operation_time", "on_a_device") == Failed(reason="there is no device")


@pytest.mark.skipif(shutil.which("pytest-benchmark") is None, reason="needs pytest-benchmark")
@pytest.mark.nightly
def test_pytest_benchmark_gives_its_rounds(tmp_path):
    home = Path(str(shutil.which("pytest-benchmark"))).parent
    path = os.pathsep.join([str(home), os.environ["PATH"]])
    got = run(tmp_path, "pytest", "kernels-python", env={"PATH": path})
    for width in ("50", "3200"):
        assert got.outcome("operation_time", "speed.py::test_best", width=width).n == 5
    assert isinstance(got.outcome("operation_time", "speed.py::test_sort"), Measured)


@pytest.mark.skipif(shutil.which("pytest-benchmark") is None, reason="needs pytest-benchmark")
def test_a_failing_test_of_pytest_loses_only_itself_and_the_message_is_its_error(tmp_path):
    home = Path(str(shutil.which("pytest-benchmark"))).parent
    path = os.pathsep.join([str(home), os.environ["PATH"]])
    line = str(example("kernels-python")["run"]).replace("speed.py", "objects.py")
    got = run(tmp_path, "pytest", "kernels-python", env={"PATH": path}, run=line)
    for clip in ("clean/clip1.wav", "noisy/clip1.wav"):
        assert got.outcome("operation_time", "objects.py::test_clip", clip=clip).n == 3
    reason = "ValueError: the device is gone"
    assert got.outcome("operation_time", "objects.py::test_broken") == Failed(reason=reason)
    whole = got.outcome("tool_time").reason
    assert whole.endswith(f"first error: {reason} (objects.py::test_broken)")


@needs_cargo
@pytest.mark.skipif(shutil.which("hyperfine") is None, reason="needs hyperfine")
def test_hyperfine_runs_the_program_and_its_times_are_read(tmp_path):
    got = run(tmp_path, "rust", "startup")
    assert got.outcome("wall_time", "target/release/align 1").n == 10
    assert got.outcome("tool_time").n == 1  # the tool itself is not judged


def test_a_plain_script_emits_stages_and_items(tmp_path):
    shutil.copy(SAMPLES / "transcribe.py", tmp_path)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    got = collected(tmp_path, **example("script"), env={"PATH": path}, repeats=3, warmup=1)
    for seconds in ("0.01", "0.03"):
        stage = got.outcome("encoder_time", seconds=seconds)
        assert stage.n == 3  # the warm-up run is left out
        assert stage.rounds == (0, 1, 2)
        assert float(seconds) <= min(stage.samples) < float(seconds) + 0.02
        assert got.value("total_time", seconds=seconds) >= stage.value
        assert got.value("wall_time", seconds=seconds) > got.value("total_time", seconds=seconds)
        assert got.point("rtf", seconds=seconds).benchmark == "script"
    (first, _) = got.items
    assert (first.item, first.text, first.facts["duration_s"]) == ("hello.wav", "hello", 2.0)
    assert len(first.samples["encoder_time"]) == 3

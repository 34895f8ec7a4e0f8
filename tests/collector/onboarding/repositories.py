"""Made-up repositories of each kind."""

from pathlib import Path

CRITERION = {
    "Cargo.toml": """\
[package]
name = "aligner"
version = "0.1.0"
edition = "2021"

[dev-dependencies]
criterion = "0.5"

[[bench]]
name = "forward"
harness = false
""",
    "benches/forward.rs": "// measured",
    "src/lib.rs": "",
}
WORKSPACE = {
    "rust/Cargo.toml": '[workspace]\nmembers = ["core", "cli"]\n',
    "rust/core/Cargo.toml": (
        '[package]\nname = "core-dsp"\n[dev-dependencies]\nquick = { package = "criterion" }\n'
        '[[bench]]\nname = "dsp"\nharness = false\n'
    ),
    "rust/cli/Cargo.toml": '[package]\nname = "cli"\n',
    "target/package/Cargo.toml": '[package]\nname = "copied"\n',
}
GOOGLE_BENCHMARK = {
    "CMakeLists.txt": """\
cmake_minimum_required(VERSION 3.16)
project(aligner CXX)
# target_link_libraries(commented benchmark::benchmark)
add_subdirectory(bench)
""",
    "bench/CMakeLists.txt": """\
find_package(benchmark REQUIRED)
add_executable(speed speed.cpp)
target_link_libraries(speed PRIVATE benchmark::benchmark_main)
# target_link_libraries(other PRIVATE fmt::fmt)
""",
}
SPEED = """\
#include <benchmark/benchmark.h>
static void BM_nothing(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(1);
}
BENCHMARK(BM_nothing);
"""
PYTEST_BENCHMARK = {
    "pyproject.toml": """\
[project]
name = "speech-tools"
version = "1.0"
dependencies = ["numpy"]

[project.optional-dependencies]
bench = ["pytest>=8", "pytest-benchmark>=4"]
""",
    "tests/test_speed.py": "def test_align(benchmark):\n    benchmark(sum, [1])\n",
    "tests/test_other.py": "def test_right():\n    pass\n",
}
HYPERFINE = {
    "scripts/speed.sh": """\
#!/bin/sh
hyperfine --warmup 1 --export-json old.json \\
  'sleep 0.01'
"""
}
NPM = {
    "package.json": '{"name": "vad", "scripts": {"bench": "node bench.js"}}',
    "node_modules/other/package.json": '{"scripts": {"bench": "no"}}',
}
MESON = {"meson.build": "project('aligner', 'cpp')\n"}


def made(folder: Path, files: dict[str, str]) -> Path:
    """The folder with these files in it."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder

"""How a repository is built and measured is read from its files."""

import shlex

import pytest

from collector.onboarding.detect import detect
from tests.collector.onboarding import repositories as of
from tests.collector.onboarding.repositories import made


def test_criterion_is_found_with_the_names_of_its_benchmarks(tmp_path):
    found = detect(made(tmp_path, of.CRITERION))
    assert [(one.kind, one.folder, one.name) for one in found.systems] == [
        ("cargo", ".", "aligner")
    ]
    (bench,) = found.benches
    assert (bench.kind, bench.run) == ("criterion", "cargo bench --bench forward")
    assert bench.build == "cargo bench --bench forward --no-run"
    assert (bench.reads, bench.path) == ("criterion", "target/criterion")


def test_a_workspace_is_one_system_and_its_builds_are_none(tmp_path):
    found = detect(made(tmp_path, of.WORKSPACE))
    assert [(one.kind, one.folder) for one in found.systems] == [("cargo", "rust")]
    (bench,) = found.benches
    assert bench.folder == "rust"
    assert bench.run == "cargo bench --package core-dsp --bench dsp"


def test_google_benchmark_is_found_by_what_links_with_it(tmp_path):
    found = detect(made(tmp_path, of.GOOGLE_BENCHMARK))
    assert [(one.kind, one.name) for one in found.systems] == [("cmake", "aligner")]
    (bench,) = found.benches
    assert "--target speed" in bench.build
    assert bench.run.startswith(".soundmark/build/bench/speed --benchmark_repetitions")


def test_a_program_named_by_a_variable_is_left_to_a_person(tmp_path):
    text = "target_link_libraries(${name} benchmark::benchmark)"
    (bench,) = detect(made(tmp_path, {"CMakeLists.txt": text})).benches
    assert bench.doubt == "the name of the program"


def test_pytest_benchmark_is_found_with_the_tests_that_use_it(tmp_path):
    found = detect(made(tmp_path, of.PYTEST_BENCHMARK))
    assert [(one.kind, one.install) for one in found.systems] == [
        ("python", "python -m pip install '.[bench]'")
    ]
    (bench,) = found.benches
    assert "tests/test_speed.py --benchmark-only" in bench.run
    assert "test_other" not in bench.run


def test_folders_of_tests_are_quoted_for_the_command(tmp_path):
    files = of.PYTEST_BENCHMARK | {"my tests/test_a.py": "def test_a(benchmark): ..."}
    (bench,) = detect(made(tmp_path, files)).benches
    assert shlex.split(bench.run)[3:5] == ["my tests", "tests"]


PROJECT = "[project]\nname = 'a'\n"


@pytest.mark.parametrize(
    ("pyproject", "requirements", "install"),
    [
        (
            f"{PROJECT}[dependency-groups]\nci = ['pytest-benchmark']\n",
            "",
            "python -m pip install . --group ci",
        ),
        (PROJECT, "pytest_benchmark==4\n", "python -m pip install -r requirements-dev.txt ."),
    ],
)
def test_groups_and_lists_of_requirements_say_what_to_install(
    tmp_path, pyproject, requirements, install
):
    files = {
        "pyproject.toml": pyproject,
        "requirements-dev.txt": requirements,
        "bench_a.py": "def test_a(benchmark): ...",
    }
    found = detect(made(tmp_path, files))
    assert found.systems[0].install == install
    assert [bench.kind for bench in found.benches] == ["pytest-benchmark"]


def test_a_command_of_hyperfine_is_taken_without_what_it_wrote_for_itself(tmp_path):
    (bench,) = detect(made(tmp_path, of.HYPERFINE)).benches
    assert bench.run == "hyperfine --warmup 1 'sleep 0.01' --export-json {scratch}/out.json"
    assert not bench.doubt


def test_what_a_shell_fills_in_is_left_to_a_person(tmp_path):
    (bench,) = detect(made(tmp_path, {"speed.sh": "hyperfine $PROGRAM\n"})).benches
    assert bench.doubt == "what the shell filled in"


def test_the_script_bench_of_npm_is_measured_as_a_program(tmp_path):
    found = detect(made(tmp_path, of.NPM))
    assert [(one.kind, one.name) for one in found.systems] == [("node", "vad")]
    assert [bench.run for bench in found.benches] == ["npm run --silent bench"]


def test_several_languages_have_a_suite_each(tmp_path):
    files = {**of.CRITERION, **of.PYTEST_BENCHMARK, **of.HYPERFINE, "more.sh": "hyperfine true\n"}
    names = [bench.name for bench in detect(made(tmp_path, files)).benches]
    assert names == ["rust", "python", "programs", "programs-2"]


@pytest.mark.parametrize("files", [of.MESON, {}], ids=["meson", "nothing"])
def test_a_repository_of_an_unknown_kind_has_no_findings(tmp_path, files):
    assert detect(made(tmp_path, files)) == ((), (), ())


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    found = detect(made(tmp_path, {"Cargo.toml": "[package", "package.json": "{"}))
    assert [line.partition(":")[0] for line in found.unread] == ["Cargo.toml", "package.json"]

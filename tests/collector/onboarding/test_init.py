"""`soundmark init` writes what works at once, and never over what is there."""

import shutil
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import soundmark
from history.project.config import load
from tests.collector.onboarding import repositories as of
from tests.collector.onboarding.repositories import made


def run(folder: Path, *words: str) -> Result:
    with chdir(folder):
        return CliRunner().invoke(soundmark.main, list(words))


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)


def suites(folder: Path) -> list[str]:
    return [table["name"] for table in load(folder / "soundmark.toml").values.suite]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Give a function that puts empty programs alone on PATH."""

    def put(*programs: str) -> None:
        folder = tmp_path / "installed"
        for name in programs:
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("#!/bin/sh\nexit 0\n")
            path.chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))

    return put


@pytest.fixture
def project(tmp_path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def test_without_benchmarks_an_example_is_written_that_is_measured_at_once(project):
    found = run(made(project, of.MESON), "init")
    assert found.exit_code == 0, found.output
    assert "no build system that is known" in found.output
    assert suites(project) == ["example"]
    measured = run(project, "collect", "--no-calibration")
    assert measured.exit_code == 0, measured.output


def test_what_is_found_and_installed_is_a_suite(project, installed):
    installed("cargo", "cmake", "python")
    for files in (of.CRITERION, of.GOOGLE_BENCHMARK, of.PYTEST_BENCHMARK):
        made(project, files)
    assert run(project, "init").exit_code == 0
    assert suites(project) == ["rust", "cpp", "python"]


def test_what_is_found_and_lacks_something_stands_as_a_comment(project, installed):
    installed("git")
    found = run(made(project, of.CRITERION), "init")
    assert "Found benchmarks of criterion" in found.output
    assert "Not measured yet: suite rust needs cargo (install Rust" in found.output
    assert suites(project) == ["example"]
    text = (project / "soundmark.toml").read_text()
    assert "needs cargo (install Rust" in text
    assert '# run = "cargo bench --bench forward"' in text


def test_the_suites_that_are_written_can_be_planned(project, installed):
    installed("cargo", "cmake", "python", "hyperfine", "npm")
    for files in (of.WORKSPACE, of.GOOGLE_BENCHMARK, of.PYTEST_BENCHMARK, of.HYPERFINE, of.NPM):
        made(project, files)
    assert run(project, "init").exit_code == 0
    listed = run(project, "suites")
    assert listed.exit_code == 0, listed.output
    for name in ("rust", "cpp", "python", "programs", "node"):
        assert name in suites(project)


@pytest.mark.nightly
@pytest.mark.skipif(
    not (shutil.which("cmake") and Path("/usr/include/benchmark/benchmark.h").exists()),
    reason="needs CMake and Google Benchmark",
)
def test_a_project_in_cpp_is_measured_as_it_was_found(project):
    made(project, of.GOOGLE_BENCHMARK | {"bench/speed.cpp": of.SPEED})
    assert run(project, "init").exit_code == 0
    measured = run(project, "collect", "--no-calibration")
    assert measured.exit_code == 0, measured.output
    assert "cpp.BM_nothing" in measured.output
    assert run(project, "check").exit_code == 0


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("https://token@github.com/Speech/Aligner.git", "https://speech.github.io/Aligner"),
        ("ssh://git@gitlab.com:22/speech/aligner.git", ""),
    ],
)
def test_name_repository_and_address_come_from_the_remote(project, remote, url):
    git(project, "init", "--quiet")
    git(project, "remote", "add", "origin", remote)
    run(project, "init")
    values = load(project / "soundmark.toml").values
    assert values.project == remote.removesuffix(".git").rpartition("/")[2]
    assert values.site.repository.endswith(f"/{values.project}")
    assert "token" not in values.site.repository
    assert values.site.url == url


def test_running_it_again_changes_nothing(project):
    run(project, "init")
    before = (project / "soundmark.toml").read_text()
    again = run(project, "init")
    assert again.exit_code == 0, again.output
    assert "soundmark.toml is as it should be." in again.output
    assert (project / "soundmark.toml").read_text() == before


def test_benchmarks_that_came_later_are_shown_and_added_when_asked(project, installed):
    run(project, "init")
    installed("cargo", "git")
    made(project, of.CRITERION)
    shown = run(project, "init")
    assert shown.exit_code == 1
    assert '+run = "cargo bench --bench forward"' in shown.output
    assert suites(project) == ["example"]
    assert run(project, "init", "--overwrite").exit_code == 0
    assert suites(project) == ["example", "rust"]


FROM = "--from=https://code.example.org/speech/soundmark@v1.0"


def test_workflows_are_added_to_a_project_that_has_a_configuration(project):
    run(project, "init")
    later = run(project, "init", "--github", FROM)
    assert later.exit_code == 0, later.output
    assert "Wrote .github/workflows/soundmark.yml." in later.output
    assert "soundmark.toml is as it should be." in later.output
    assert "Settings > Pages" in later.output
    text = (project / ".github/workflows/soundmark.yml").read_text()
    assert '"soundmark @ git+https://code.example.org/speech/soundmark@v1.0"' in text
    assert "TODO: nothing was found that says what the project is built with" in text
    assert "TORCH_INDEX_URL" not in text


def test_torch_is_installed_where_a_suite_needs_it(project):
    made(project, {"soundmark.toml": '[[suite]]\nuse = "alignment"\n'})
    run(project, "init", "--github", "--gitlab", FROM)
    for name, extra in (
        (".github/workflows/soundmark.yml", "extras: speech"),
        (".gitlab/soundmark.yml", "soundmark[speech] @ git+https"),
    ):
        text = (project / name).read_text()
        assert extra in text
        assert "TORCH_INDEX_URL" in text


def test_trained_models_need_an_extra_and_no_torch(project):
    made(project, {"soundmark.toml": '[[suite]]\nuse = "pipeline"\n'})
    run(project, "init", "--github", FROM)
    text = (project / ".github/workflows/soundmark.yml").read_text()
    assert "extras: real" in text
    assert "TORCH_INDEX_URL" not in text


def test_a_program_on_github_is_installed_by_its_action_at_the_commit_of_the_version(
    project, on_github
):
    on_github.git("tag", "v1.0")
    told = run(project, "init", "--github", "--from=https://github.com/speech/soundmark@v1.0")
    assert told.exit_code == 0, told.output
    uses = f"speech/soundmark/.github/actions/soundmark@{on_github.git('rev-parse', 'HEAD')} # v1.0"
    assert f"by its action: uses: {uses}" in told.output
    assert not (project / ".github/actions").exists()
    text = (project / ".github/workflows/soundmark.yml").read_text()
    assert text.count(f"uses: {uses}\n") == 5
    assert "SOUNDMARK:" not in text


def test_the_action_is_copied_where_github_cannot_use_it_at_its_address(project):
    told = run(project, "init", "--github", FROM)
    assert "by a copy of its action, .github/actions/soundmark" in told.output
    assert (project / ".github/actions/soundmark/action.yml").is_file()
    text = (project / ".github/workflows/soundmark.yml").read_text()
    assert text.count("uses: $/.github/actions/soundmark\n") == 5


def test_a_workflow_of_the_same_name_is_kept_and_the_difference_shown(project):
    made(project, {".github/workflows/soundmark.yml": "name: mine\n"})
    found = run(project, "init", "--github", FROM)
    assert found.exit_code == 1
    assert "-name: mine" in found.output
    assert (project / ".github/workflows/soundmark.yml").read_text() == "name: mine\n"
    run(project, "init", "--github", FROM, "--overwrite")
    assert (project / ".github/workflows/soundmark.yml").read_text() != "name: mine\n"


def test_a_ci_file_of_gitlab_that_is_there_is_left_to_a_person(project):
    made(project, {".gitlab-ci.yml": "build: {script: make}\n"})
    found = run(project, "init", "--gitlab", FROM)
    assert found.exit_code == 0, found.output
    assert "Not touched: .gitlab-ci.yml. Add to it:\ninclude:" in found.output
    assert (project / ".gitlab-ci.yml").read_text() == "build: {script: make}\n"
    assert (project / ".gitlab" / "soundmark.yml").is_file()


def test_workflows_below_the_top_of_a_repository_are_refused(project):
    git(project, "init", "--quiet")
    below = project / "below"
    below.mkdir()
    found = run(below, "init", "--github", FROM)
    assert found.exit_code == 2
    assert "top of the repository" in found.output
    assert not list(below.iterdir())


def test_a_gitignore_that_git_keeps_is_not_edited(project):
    git(project, "init", "--quiet")
    made(project, {".gitignore": "*.o\n"})
    git(project, "add", ".gitignore")
    found = run(project, "init")
    assert "Not touched: .gitignore, which git tracks" in found.output
    assert (project / ".gitignore").read_text() == "*.o\n"


def test_where_git_has_no_gitignore_one_is_written(project):
    git(project, "init", "--quiet")
    run(project, "init")
    assert (project / ".gitignore").read_text() == ".soundmark/\nsite/\n"


def test_a_configuration_with_a_mistake_is_named_and_nothing_is_written(project):
    made(project, {"soundmark.toml": "projekt = 1\n"})
    found = run(project, "init", "--github", FROM)
    assert found.exit_code == 2
    assert "projekt" in found.output
    assert not (project / ".github").exists()

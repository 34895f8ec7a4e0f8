"""A workflow installs the program from a place that exists."""

import subprocess
import sys

import pytest
from packaging.requirements import Requirement

from collector.onboarding import action, source
from history.words.errors import UsageError
from tests.conftest import ROOT
from tests.history.vcs.repository import repository


@pytest.mark.parametrize(
    ("given", "wanted", "is_pinned"),
    [
        ("https://a.example/b@v1", "soundmark @ git+https://a.example/b@v1", True),
        ("https://me@a.example/b", "soundmark @ git+https://me@a.example/b", False),
        ("git+ssh://git@a.example/b@v1", "soundmark @ git+ssh://git@a.example/b@v1", True),
        ("https://a.example/s-1.whl", "soundmark @ https://a.example/s-1.whl", True),
        ("soundmark==1.0", "soundmark==1.0", True),
        ("soundmark", "soundmark", False),
    ],
)  # fmt: skip
def test_addresses_and_requirements_become_what_pip_takes(given, wanted, is_pinned):
    assert source.requirement(given) == wanted
    assert source.names_version(wanted) is is_pinned


@pytest.mark.parametrize("given", ["other==1", "https://a.example/$(id)", "a b"])
def test_anything_else_is_refused(given):
    with pytest.raises(UsageError):
        source.requirement(given)


def test_a_checkout_that_was_installed_is_known_by_where_it_came_from(tmp_path):
    made = repository(tmp_path / "my soundmark")
    sha = made.commit("one")
    note = {"url": made.path.as_uri(), "dir_info": {}}
    assert source.of_checkout(note) == ""
    made.git("remote", "add", "origin", "git@code.example.org:speech/soundmark.git")
    assert source.of_checkout(note) == f"git+https://code.example.org/speech/soundmark@{sha}"
    assert source.of_checkout({"url": "file:///gone", "dir_info": {}}) == ""
    made.git("remote", "set-url", "origin", str(tmp_path))
    assert source.of_checkout(note) == ""


def test_extras_stand_behind_the_name():
    wanted = source.with_extras("soundmark @ git+https://a.example/b@v1", ("real", "speech"))
    assert wanted == "soundmark[real,speech] @ git+https://a.example/b@v1"


def test_what_is_written_is_a_requirement_of_pip():
    for given in ("https://a.example/b@v1", "soundmark==1.0", "https://a.example/s-1.0.tar.gz"):
        found = Requirement(source.with_extras(source.requirement(given), ("speech",)))
        assert (found.name, found.extras) == ("soundmark", {"speech"})
    assert Requirement(source.requirement("file:///a/b@v1")).url == "git+file:///a/b@v1"


@pytest.mark.nightly
def test_pip_builds_the_program_from_what_is_written(tmp_path):
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    wanted = source.requirement(f"file://{ROOT}@{head}")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", tmp_path, wanted],
        check=True, capture_output=True,
    )  # fmt: skip
    assert [file.name.partition("-")[0] for file in tmp_path.iterdir()] == ["soundmark"]


WANTED = "soundmark @ git+https://github.com/speech/soundmark"


def test_the_action_is_used_at_its_address_by_the_commit_of_the_version(on_github):
    released = on_github.git("rev-parse", "HEAD")
    on_github.git("tag", "--annotate", "--message=first", "v1.0")
    newest = on_github.commit("two", readme="two")
    place = "speech/soundmark/.github/actions/soundmark@"
    assert action.of(f"{WANTED}@v1.0").uses == f"{place}{released} # v1.0"
    assert action.of(WANTED).uses.startswith(f"{place}{newest} #")
    assert action.of(f"{WANTED}.git@{'a' * 40}").uses == f"{place}{'a' * 40}"
    assert action.files(action.of(WANTED)) == ()


def test_a_version_that_is_not_there_gives_a_copy_and_says_why(on_github):
    found = action.of(f"{WANTED}@v9.9")
    assert found.uses == "$/.github/actions/soundmark"
    assert found.source == f"{WANTED}@v9.9"
    assert "does not say which commit v9.9 is" in found.why_copied
    assert [file.name for file in action.files(found)] == [".github/actions/soundmark/action.yml"]


@pytest.mark.parametrize("wanted", ["soundmark==1.0", "soundmark @ git+https://a.example/b@v1"])
def test_what_is_not_on_github_is_installed_by_a_copy(wanted):
    assert action.of(wanted).source == wanted

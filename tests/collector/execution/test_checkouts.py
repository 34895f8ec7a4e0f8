"""What a checkout is given before it is measured: inputs and an environment of its own."""

import shutil
from typing import Any

import msgspec
import pytest

from collector.contract import Process
from collector.execution import checkouts
from collector.execution.checkouts import Checkout, Unready, give_inputs, matching
from collector.planning.preparation import Preparation
from history.words.errors import BrokenEnvironmentError, ConfigError
from history.words.records import Commit
from tests.collector.harness import work_of
from tests.collector.toys import Toy
from tests.history.builders import START


@pytest.fixture
def source(tmp_path):
    """The working tree."""
    return filled(tmp_path / "source", {"soundmark.toml": "new", "data/a": "1", "data/sub/b": "2"})


@pytest.fixture
def checkout(tmp_path):
    folder = filled(tmp_path / "base", {"soundmark.toml": "old", "data/a": "0", "data/gone": "3"})
    commit = Commit(sha="a" * 40, time=START)
    return Checkout("base", commit, folder, folder, tmp_path / "checkouts" / "base-room")


def filled(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def work(**preparation: Any):
    return work_of(Toy)._replace(preparation=Preparation(**preparation))


def given(source, checkout, *, missing_only=False):
    works = [work(input_files=("data",))]
    return give_inputs(source, checkout, works, "soundmark.toml", missing_only=missing_only)


def test_a_checkout_gets_the_inputs_of_the_working_tree_and_keeps_none_of_its_own(source, checkout):
    assert given(source, checkout) == 3
    assert contents(checkout.folder) == contents(source)


def test_with_a_harness_of_its_own_it_gets_only_what_it_lacks(source, checkout):
    assert given(source, checkout, missing_only=True) == 1
    assert contents(checkout.folder) == {
        "soundmark.toml": "old", "data/a": "0", "data/gone": "3", "data/sub/b": "2",
    }  # fmt: skip


def test_the_working_tree_itself_is_never_written_to(source, checkout):
    checkout.is_working_tree = True
    before = contents(checkout.folder)
    assert given(source, checkout) == 0
    assert contents(checkout.folder) == before


def test_a_pattern_that_names_nothing_is_told(source, checkout):
    works = [work(input_files=("dtaa/**",))]
    with pytest.raises(ConfigError, match='nothing in source is called "dtaa/'):
        give_inputs(source, checkout, works, "soundmark.toml", missing_only=False)


def test_inputs_for_which_there_is_no_room_are_refused(source, checkout, monkeypatch):
    usage = shutil.disk_usage(source)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1))
    with pytest.raises(BrokenEnvironmentError, match="no room for the inputs"):
        given(source, checkout)


def test_a_pattern_reaches_into_folders_and_never_into_those_of_git_and_soundmark(tmp_path):
    filled(tmp_path, {"a/b/c": "", "a/.soundmark/d": "", "a/.git/e": "", "f": ""})
    assert [name for name, _ in matching(tmp_path, "a")] == ["a/b/c"]
    assert [name for name, _ in matching(tmp_path, "*")] == ["a/b/c", "f"]


def test_what_prepare_installs_is_found_first_and_one_command_is_run_once(checkout):
    command = "echo x >> ran; mkdir $SOUNDMARK_ENV/bin"
    ready = checkout.ready(work(prepare=command))
    assert checkout.ready(work(prepare=command)) is ready
    assert (checkout.folder / "ran").read_text() == "x\n"
    assert ready["PATH"].startswith(f"{ready['SOUNDMARK_ENV']}/bin:")
    assert checkout.ready(work()) == {}


def test_a_prepare_that_fails_says_how_and_what_it_printed_last(checkout):
    found = checkout.ready(work(prepare="echo one; echo missing header >&2; exit 3"))
    reason = "`prepare` ended with exit code 3; its last line: missing header"
    assert found == Unready(reason, ("one", "missing header"))


def test_a_prepare_that_never_ends_is_given_up(checkout, monkeypatch):
    monkeypatch.setattr(checkouts, "PREPARE_LIMIT_S", 0.05)
    found = checkout.ready(work(prepare="exec sleep 60"))
    assert found == Unready("`prepare` took longer than 0.05 s", ())


def test_an_own_python_of_a_checkout_does_the_work_of_children_and_not_of_programs(
    tmp_path, checkout
):
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    added = {"VIRTUAL_ENV": str(tmp_path / "env")}
    plain, spawning = Process(name="a"), Process(name="a", spawns=True)
    assert checkout.process(plain, added).interpreter == str(python)
    assert checkout.process(plain, {}).interpreter == ""
    assert checkout.process(spawning, added).interpreter == ""
    named = msgspec.structs.replace(plain, interpreter="x")
    assert checkout.process(named, added).interpreter == "x"

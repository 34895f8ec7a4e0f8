"""A site of which nothing is new is known by what it is made of, and by nothing less."""

import shutil
import subprocess

import pytest

from history.project.workspace import open_workspace
from site_gen.demo.demo import CONFIG
from site_gen.shell import inputs, own_theme, registry
from site_gen.shell.build import build
from tests.history.builders import record

KEPT = "nothing is new: the site stays as it is"
NOTE = '[[annotation]]\ncommit = "{}"\ntext = "Another compiler"\n'


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A project whose site was built once, and its records."""
    folder = tmp_path_factory.mktemp("first") / "project"
    folder.mkdir()
    (folder / "soundmark.toml").write_text(CONFIG, encoding="utf-8")
    records = [record(f"a{night}", night=night) for night in range(4)]
    open_workspace(folder / "soundmark.toml").append(records[:-1])
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    said_and_written(folder)
    return folder, records


@pytest.fixture
def project(first, tmp_path):
    """A copy of it, as if it had been built there; and the record of another run."""
    folder, records = first
    made = tmp_path / "project"
    shutil.copytree(folder, made)
    kept = made / ".soundmark" / "cache" / "site" / "plain.json"
    kept.write_text(kept.read_text("utf-8").replace(str(folder), str(made)), "utf-8")
    return made, records[-1]


def said_and_written(folder):
    lines: list[str] = []
    made = build(
        open_workspace(folder / "soundmark.toml"), folder / "site", lines.append, "plain", 1
    )
    return lines, made.written


def made_of(folder):
    """The one name of everything that decides the site."""
    workspace = open_workspace(folder / "soundmark.toml")
    theme = own_theme.read(workspace.root, workspace.config.site.theme_dir)
    shell = registry.shell("plain", workspace.root, workspace.cache / "site")
    with workspace.judging() as connection:
        return inputs.name(workspace, connection, shell, theme)


def test_nothing_is_judged_or_drawn_when_nothing_is_new(project):
    folder, _ = project
    lines, written = said_and_written(folder)
    assert (lines[-1], written) == (KEPT, 0)
    assert not any("judged" in line for line in lines)


def test_it_says_how_many_pages_and_files_there_are_all_the_same(project):
    folder, _ = project
    workspace = open_workspace(folder / "soundmark.toml")
    again = build(workspace, folder / "site", lambda _: None, "plain", 1)
    shutil.rmtree(folder / "site")
    fresh = build(workspace, folder / "site", lambda _: None, "plain", 1)
    assert (again.pages, again.files) == (fresh.pages, fresh.files)
    assert fresh.written == fresh.pages + fresh.files


def test_a_history_that_was_made_anew_from_the_same_ledger_is_nothing_new(project):
    folder, _ = project
    before = made_of(folder)
    (folder / ".soundmark" / "history.duckdb").unlink()
    assert made_of(folder) == before


def another_run(folder, record):
    open_workspace(folder / "soundmark.toml").append([record])


def another_title(folder, _):
    file = folder / "soundmark.toml"
    file.write_text(file.read_text("utf-8").replace('title = "', 'title = "Another '), "utf-8")


def a_note(folder, record):
    (folder / "annotations.toml").write_text(NOTE.format(record.run.commit.sha), encoding="utf-8")


def what_git_knows(folder, _):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    commit = ["commit", "-q", "--allow-empty", "-m", "First"]
    subprocess.run(["git", "-C", str(folder), *identity, *commit], check=True)


@pytest.mark.parametrize("changed", [another_run, another_title, a_note, what_git_knows])
def test_each_thing_that_decides_a_site_is_in_the_name_of_what_it_is_made_of(project, changed):
    folder, another = project
    before = made_of(folder)
    changed(folder, another)
    assert made_of(folder) != before


def test_a_site_with_a_new_run_or_a_file_that_is_not_ours_is_made_again(project):
    folder, another = project
    before = (folder / "site" / "index.html").read_bytes()
    (folder / "site" / "note.txt").write_text("mine", encoding="utf-8")
    lines, _ = said_and_written(folder)
    assert KEPT not in lines
    assert not (folder / "site" / "note.txt").exists()
    assert (folder / "site" / "index.html").read_bytes() == before
    another_run(folder, another)
    lines, _ = said_and_written(folder)
    assert KEPT not in lines
    assert (folder / "site" / "index.html").read_bytes() != before

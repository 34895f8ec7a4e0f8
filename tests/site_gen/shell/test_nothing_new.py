"""A site of which nothing is new is known by what it is made of, and by nothing less."""

import shutil
import subprocess

import pytest

from history.project.workspace import open_workspace
from site_gen.demo.demo import CONFIG
from site_gen.shell.build import build
from tests.history.builders import record

KEPT = "nothing is new: the site stays as it is"
NOTE = '[[annotation]]\ncommit = "{}"\ntext = "Another compiler"\n'


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A project whose site was built once, and its records."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "soundmark.toml").write_text(CONFIG, encoding="utf-8")
    records = [record(f"a{night}", night=night) for night in range(4)]
    open_workspace(folder / "soundmark.toml").append(records[:-1])
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    said_and_written(folder)
    return folder, records


@pytest.fixture
def project(first, tmp_path):
    """A folder with a copy of it, built again there; and the record of another run."""
    folder, records = first
    shutil.copytree(folder, tmp_path / "project")
    said_and_written(tmp_path / "project")
    return tmp_path / "project", records[-1]


def said_and_written(folder):
    lines: list[str] = []
    made = build(
        open_workspace(folder / "soundmark.toml"), folder / "site", lines.append, "plain", 1
    )
    return lines, made.written


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
    (folder / ".soundmark" / "history.duckdb").unlink()
    lines, _ = said_and_written(folder)
    assert lines[-1] == KEPT


def changed(folder, another, what):
    """One thing is not as it was."""
    workspace = open_workspace(folder / "soundmark.toml")
    site = folder / "site"
    match what:
        case "a run":
            workspace.append([another])
        case "a title":
            text = (folder / "soundmark.toml").read_text(encoding="utf-8")
            (folder / "soundmark.toml").write_text(
                text.replace('title = "', 'title = "Another '), encoding="utf-8"
            )
        case "a note":
            sha = another.run.commit.sha
            (folder / "annotations.toml").write_text(NOTE.format(sha), encoding="utf-8")
        case "what git knows":
            identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
            commit = ["commit", "-q", "--allow-empty", "-m", "First"]
            subprocess.run(["git", "-C", str(folder), *identity, *commit], check=True)
        case "a page that somebody changed":
            (site / "index.html").write_text("changed by hand", encoding="utf-8")
        case "a page that somebody removed":
            (site / "index.html").unlink()
        case "a file that nobody of us wrote":
            (site / "note.txt").write_text("mine", encoding="utf-8")


@pytest.mark.parametrize(
    "what",
    [
        "a run",
        "a title",
        "a note",
        "what git knows",
        "a page that somebody changed",
        "a page that somebody removed",
        "a file that nobody of us wrote",
    ],
)
def test_one_new_thing_has_the_site_made_again(project, what):
    folder, another = project
    before = (folder / "site" / "index.html").read_bytes()
    changed(folder, another, what)
    lines, _ = said_and_written(folder)
    assert KEPT not in lines
    front = (folder / "site" / "index.html").read_bytes()
    assert (front == before) == (what not in {"a run", "a title"})
    assert not (folder / "site" / "note.txt").exists()

"""One more night writes what it changed, and the same site as if all nights had come at once."""

import shutil

import pytest

from history.project.workspace import open_workspace
from site_gen.demo.demo import CONFIG
from site_gen.demo.simulate import year
from site_gen.pages import runs
from site_gen.shell.build import build
from site_gen.writers.html import Renderer
from tests.site_gen.builders import of_suites

NIGHTS = 16
FULL = 6
"""Newest runs that pages show in full here: three nights on two machines."""
DRAWN_ANEW = "data/history.duckdb"
"""DuckDB draws an identity for each file."""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A site that a night was added to: its files before and after, and from nothing."""
    patch = pytest.MonkeyPatch()
    patch.setattr(runs, "FULL_RUNS", FULL)
    folder = tmp_path_factory.mktemp("nights")
    (folder / "soundmark.toml").write_text(CONFIG, encoding="utf-8")
    workspace = open_workspace(folder / "soundmark.toml")
    records = of_suites(year(NIGHTS), "alignment", "micro")
    newest = max(record.run.commit.time for record in records)
    workspace.append([one for one in records if one.run.commit.time < newest])
    build(workspace, folder / "site", lambda _: None, "plain", 1)
    before = files(folder / "site")
    workspace.append([one for one in records if one.run.commit.time == newest])
    rendered = []
    page = Renderer.page

    def noted(renderer, of):
        rendered.append(of.file)
        return page(renderer, of)

    patch.setattr(Renderer, "page", noted)
    build(workspace, folder / "site", lambda _: None, "plain", 1)
    patch.setattr(Renderer, "page", page)
    after = files(folder / "site")
    shutil.rmtree(workspace.cache / "site")
    build(workspace, folder / "fresh", lambda _: None, "plain", 2)
    fresh = files(folder / "fresh")
    patch.undo()
    return before, after, fresh, rendered


def files(site):
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def test_a_site_that_grew_by_a_night_is_what_two_processes_make_of_the_whole_history(built):
    _, after, fresh, _ = built
    assert after.keys() == fresh.keys()
    assert {name for name in after if after[name] != fresh[name]} <= {DRAWN_ANEW}


def test_pages_of_older_runs_and_commits_are_left_as_they_were(built):
    before, after, _, _ = built
    changed = {
        name
        for name in before.keys() & after.keys()
        if name.startswith(("runs/", "commits/")) and before[name] != after[name]
    }
    every = {name for name in before if name.startswith(("runs/", "commits/"))}
    # The list, what is shown in full, and what was until tonight; of commits half as many; and the
    # newest run of both machines until tonight: the verdicts of series stand at the new ones.
    assert len(changed) <= 1 + (FULL + 2) + (FULL + 2) // 2 + 1 + 2
    assert len(every) > 3 * len(changed) / 2


def test_runs_of_which_nothing_is_new_are_not_rendered_whether_shown_in_full_or_not(built):
    before, after, _, rendered = built
    runs_of = {name for name in after if name.startswith("runs/") and name != "runs/index.html"}
    changed = {name for name in runs_of if before.get(name) != after[name]}
    assert changed <= set(rendered)
    assert len(runs_of & set(rendered)) <= len(changed) + FULL / 2

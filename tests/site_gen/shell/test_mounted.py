"""Pages in somebody else's MkDocs project: built strictly, linked, drawn, and under their theme."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from history.project.workspace import open_workspace
from history.words.errors import UsageError
from site_gen.demo.demo import CONFIG
from site_gen.demo.simulate import year
from site_gen.shell.mounting import put
from site_gen.writers import check
from soundmark import main
from tests import browsers
from tests.site_gen.builders import of_suites
from tests.site_gen.hostile import hostile_runs

PROJECT = """\
site_name: Somebody's project
theme: {name: material, font: false}
plugins: [search]
"""
INDEX = """\
# Ours

See [how fast it is](benchmarks/index.md) and [what runs](benchmarks/suites/index.md).
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A MkDocs project with our pages in it, its built site, and what the command printed."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "docs").mkdir()
    (folder / "docs/index.md").write_text(INDEX, encoding="utf-8")
    (folder / "mkdocs.yml").write_text(PROJECT, encoding="utf-8")
    (folder / "soundmark.toml").write_text(CONFIG, encoding="utf-8")
    workspace = open_workspace(folder / "soundmark.toml")
    workspace.append(of_suites(year(4), "alignment", "micro"))
    workspace.append(hostile_runs())
    arguments = ["site", "pages", "--into", str(folder / "docs/benchmarks")]
    done = CliRunner().invoke(main, [*arguments, "--config", str(folder / "soundmark.toml")])
    assert done.exit_code == 0, done.output
    (folder / "mkdocs.yml").write_text(f"{PROJECT}{done.stdout}", encoding="utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder / "built")],
        cwd=folder, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    return folder, done.stdout


def test_every_page_is_built_and_every_link_in_it_leads_somewhere(project):
    folder, _ = project
    sources = {
        path.parent.relative_to(folder / "docs").as_posix()
        for path in (folder / "docs").rglob("index.md")
    }
    built = {
        path.parent.relative_to(folder / "built").as_posix()
        for path in (folder / "built").rglob("index.html")
    }
    assert sources == built
    assert len(built) > 30
    assert check.check(folder / "built", ()) == []


def test_the_navigation_has_suites_and_sections_under_one_name(project):
    folder, said = project
    assert said.startswith("nav:\n  - Benchmarks:\n")
    assert '"SLA": "benchmarks/sla/index.md"' in said
    front = (folder / "built/index.html").read_text(encoding="utf-8")
    assert 'href="benchmarks/sla/"' in front
    assert "benchmarks/runs/" in front
    assert "benchmarks/suites/micro/" in front
    assert "benchmarks/suites/micro/top" not in front


def test_titles_are_those_of_the_pages_and_nothing_of_ours_is_in_their_search(project):
    folder, _ = project
    page = (folder / "built/benchmarks/sla/index.html").read_text(encoding="utf-8")
    assert "<title>SLA - Somebody's project</title>" in page
    index = (folder / "built/search/search_index.json").read_text(encoding="utf-8")
    assert "benchmarks/" not in index.replace("benchmarks/index.md", "")


def test_hostile_names_stay_text_there_too(project):
    folder, _ = project
    for path in (folder / "built/benchmarks").rglob("index.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script>window.pwned" not in text
        assert "<img src=x" not in text


def test_our_style_sheet_leaves_their_theme_alone(project):
    folder, _ = project
    style = (folder / "built/benchmarks/assets/soundmark.css").read_text(encoding="utf-8")
    outside = [
        line
        for line in style.splitlines()
        if line.lstrip().startswith((".md-", "--md-", "body", "html")) and ".sm" not in line
    ]
    assert outside == []
    assert not (folder / "built/benchmarks/assets/theme.css").exists()


def test_putting_them_there_again_writes_nothing(project):
    folder, _ = project
    workspace = open_workspace(folder / "soundmark.toml")
    assert put(workspace, folder / "docs/benchmarks", lambda _: None).written == 0


def test_a_folder_of_somebody_else_is_left_as_it_is(project):
    folder, _ = project
    workspace = open_workspace(folder / "soundmark.toml")
    with pytest.raises(UsageError, match="did not build"):
        put(workspace, folder / "docs", lambda _: None)
    assert (folder / "docs/index.md").read_text(encoding="utf-8") == INDEX


@pytest.mark.browser
def test_a_chart_is_drawn_in_their_project_and_nothing_is_asked_from_elsewhere(project, browser):
    folder, _ = project
    (page_of,) = [
        path for path in (folder / "built/benchmarks/suites/alignment").iterdir() if path.is_dir()
    ]
    faults = []
    with browsers.served(folder / "built") as address:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        page = context.new_page()
        page.on("pageerror", lambda one: faults.append(str(one)))
        page.on(
            "request",
            lambda one: (
                None if one.url.startswith((address, "data:", "blob:")) else faults.append(one.url)
            ),
        )
        page.goto(f"{address}benchmarks/suites/alignment/{page_of.name}/")
        page.wait_for_selector('[data-page][data-ready="1"]')
        assert page.locator(".sm-drawn").count() >= 1
        page.get_by_role("link", name="Overview").first.click()
        page.wait_for_url(f"{address}benchmarks/")
        context.close()
    assert faults == []

"""Styles, templates and files of a project's own, on every page of its site."""

import re

import pytest

from history.project.workspace import open_workspace
from history.words.errors import ConfigError, SoundmarkError
from site_gen.shell import mkdocs, own_theme
from site_gen.shell.build import build
from site_gen.shell.interface import Plan
from tests import browsers
from tests.history.builders import point, record
from tests.site_gen.looking import visiting

STYLE = "h1 { color: rgb(163, 25, 91) !important; background: url(mark.svg); }"
MARK = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@pytest.fixture
def project(tmp_path, prepared):
    """A project with a theme, and what builds its site."""
    prepared(two_runs, tmp_path)
    return tmp_path, lambda: build(
        open_workspace(tmp_path / "soundmark.toml"), tmp_path / "site", lambda _: None, "plain", 1
    )


def two_runs(folder):
    (folder / "soundmark.toml").write_text('[site]\ntheme_dir = "theme"\n')
    (folder / "theme").mkdir()
    workspace = open_workspace(folder / "soundmark.toml")
    workspace.append([record("a1", point(0.1)), record("b2", point(0.2), night=1)])


def test_every_page_has_the_styles_and_the_site_the_files_beside_them(project):
    folder, built = project
    (folder / "theme" / "a.css").write_text(STYLE)
    (folder / "theme" / "mark.svg").write_text(MARK)
    (folder / "theme" / "parts").mkdir()
    (folder / "theme" / "parts" / "deep.css").write_text("h2 { color: red }")
    (folder / "theme" / ".hidden.css").write_text("h2 { color: red }")
    built()
    for page in (folder / "site" / "runs").rglob("index.html"):
        root = "../" * (len(page.relative_to(folder / "site").parts) - 1)
        text = page.read_text()
        assert f'<link rel="stylesheet" href="{root}theme/a.css">' in text
        assert text.index("assets/soundmark.css") < text.index("theme/a.css")
        assert "deep.css" not in text
    there = {path.relative_to(folder / "site" / "theme").as_posix()
             for path in (folder / "site" / "theme").rglob("*") if path.is_file()}  # fmt: skip
    assert there == {"a.css", "mark.svg", "parts/deep.css"}


def test_a_template_takes_the_place_of_ours_which_it_may_include(project):
    folder, built = project
    built()
    before = (folder / "site" / "index.html").read_text()
    (folder / "theme" / "_note.html").write_text("<p class=lab>{{ site.title | upper }}</p>")
    (folder / "theme" / "overview.html").write_text(
        '{% include "_note.html" %}{% include "soundmark/overview.html" %}'
    )
    built()
    text = (folder / "site" / "index.html").read_text()
    note = f"<p class=lab>{folder.name.upper()}</p>"
    assert note in text
    assert text.replace(note, "") == before


def test_pages_that_no_night_changes_are_written_anew_when_a_template_does(project):
    folder, built = project
    built()
    for words in ("first", "second"):
        (folder / "theme" / "run.html").write_text(f"<div class=sm><h1>{words}</h1></div>")
        built()
        pages = list((folder / "site").glob("runs/*/index.html"))
        assert len(pages) == 2
        assert all(f"<h1>{words}</h1>" in page.read_text() for page in pages)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("overveiw.html", "", "no page of the site has a template of that name. Did you mean"),
        ("overview.html", "{{ nothing }}", "overview.html cannot be written with the templates"),
        ("overview.html", "{% if %}", "overview.html cannot be written with the templates"),
        ("_a.html", "<script>alert(1)</script>", "has a script in the page"),
        ("a b.css", "", "expected a name of letters, digits"),
        ("x.css", "@import url(https://fonts.example/a.css);", "https://fonts.example/a.css"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(project, name, text, said):
    folder, built = project
    (folder / "theme" / name).write_text(text)
    with pytest.raises(SoundmarkError, match=re.escape(said)):
        built()


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match=r"site\.theme_dir: expected a folder"):
        own_theme.read(tmp_path, "theme")


@pytest.mark.parametrize("folder", [".", "..", "../other", "/"])
def test_nothing_outside_of_the_project_and_not_all_of_it_is_published(tmp_path, folder):
    (tmp_path / "project").mkdir()
    (tmp_path / "other").mkdir()
    with pytest.raises(ConfigError, match="expected a folder inside of the project's"):
        own_theme.read(tmp_path / "project", folder)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "theme").mkdir()
    (tmp_path / "secret").write_text("word")
    (tmp_path / "theme" / "logo.svg").symlink_to(tmp_path / "secret")
    with pytest.raises(ConfigError, match="a link that leads out"):
        own_theme.read(tmp_path, "theme")


def test_a_site_of_which_only_a_file_of_the_theme_is_new_is_built_again(project):
    folder, built = project
    (folder / "theme" / "a.css").write_text("h1 { color: red }")
    built()
    assert built().written == 0
    (folder / "theme" / "a.css").write_text("h1 { color: blue }")
    assert built().written == 1
    assert "blue" in (folder / "site" / "theme" / "a.css").read_text()


def test_material_loads_them_after_ours(tmp_path):
    plan = Plan("t", "", "", "", (), (), styles=("theme/a.css",))
    written = mkdocs._config(plan, tmp_path, tmp_path, mkdocs.Documentation())
    assert written["extra_css"][-2:] == ["assets/soundmark.css", "theme/a.css"]


@pytest.mark.browser
def test_in_a_browser_the_style_holds_over_ours(project, browser):
    folder, built = project
    (folder / "theme" / "a.css").write_text(STYLE)
    (folder / "theme" / "mark.svg").write_text(MARK)
    built()
    with browsers.served(folder / "site") as at, visiting(browser, at, "runs/") as page:
        colour = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
        assert colour == "rgb(163, 25, 91)"

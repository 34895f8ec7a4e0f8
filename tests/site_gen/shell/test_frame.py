"""Pages are stamped into frames: nobody can tell them from pages that MkDocs made."""

import re
import shutil
import sys
from collections import defaultdict
from dataclasses import replace
from html import unescape
from pathlib import Path

import orjson
import pytest

from history.project.workspace import open_workspace
from history.words.errors import BrokenEnvironmentError
from site_gen.demo.simulate import year
from site_gen.shell import frame, mkdocs
from site_gen.shell.build import build
from site_gen.shell.interface import Plan
from site_gen.shell.mkdocs import MkDocs
from site_gen.shell.navigation import Entry
from site_gen.shell.plain import Plain
from site_gen.shell.policy import guarded
from tests.site_gen.builders import of_suites

PERMALINKS = Path(__file__).parent / "golden" / "permalinks.txt"
PLAN = Plan(
    title="Speed <of> it",
    description="How fast",
    url="https://example.org/p/",
    footer="kept",
    navigation=(Entry("Overview", ""), Entry("Suites", "suites", (Entry("a & b", "suites/a"),))),
    addresses=("", "suites", "suites/a", "suites/a/top", "suites/a/low", "runs/1"),
    others=("data/points.parquet",),
)


def header(page):
    (found,) = re.findall(
        r'data-md-component="header-topic">\s*<span[^>]*>\s*(.*?)\s*</span>', page
    )
    return unescape(found)


def description(page):
    (found,) = re.findall('<meta name="description" content="([^"]*)">', page)
    return unescape(found)


def content(page):
    opened = '<article class="md-content__inner md-typeset">'
    return page[page.index(opened) + len(opened) : page.rindex("</article>")].strip()


def one_of_each_kind(out):
    """A page for every way in which addresses are made, the one with the longest text."""
    kinds = defaultdict(list)
    for path in out.rglob("index.html"):
        address = path.parent.relative_to(out).as_posix()
        kind = (address.split("/")[0], address.count("/"))
        kinds[kind].append((path.stat().st_size, "" if address == "." else address))
    return [max(pages)[1] for _, pages in sorted(kinds.items())]


def test_a_stamped_page_of_each_kind_is_what_mkdocs_makes_of_it(demo, tmp_path):
    work = demo.workspace.cache / "site"
    source = tmp_path / "source"
    shutil.copytree(work / "source", source)
    kinds = one_of_each_kind(demo.out)
    assert len(kinds) > 14
    for address in kinds:
        page = (demo.out / address / "index.html").read_text(encoding="utf-8")
        (source / address).mkdir(parents=True, exist_ok=True)
        (source / address / "index.md").write_text(
            mkdocs.page_source(header(page), description(page), content(page)), encoding="utf-8"
        )
    config = orjson.loads((work / "mkdocs.yml").read_bytes())
    config |= {"docs_dir": str(source), "site_dir": str(tmp_path / "site")}
    (tmp_path / "mkdocs.yml").write_bytes(orjson.dumps(config))
    mkdocs.run(tmp_path / "mkdocs.yml")
    for address in kinds:
        made, stamped = (
            (folder / address / "index.html").read_text(encoding="utf-8")
            for folder in (tmp_path / "site", demo.out)
        )
        # The frame's spaces that show nothing are gone; the content is left as it is.
        assert content(stamped) == content(made), address
        assert frame.tightened(stamped) == guarded(frame.tightened(made)), address


def test_no_address_from_before_is_gone(demo):
    gone = [name for name in PERMALINKS.read_text().split() if not (demo.out / name).is_file()]
    assert not gone


def test_the_list_for_search_engines_has_every_page(demo):
    listed = (demo.out / "sitemap.xml").read_text(encoding="utf-8")
    base = re.search("<loc>(.*?)</loc>", listed)[1]
    found = {one.removeprefix(base) for one in re.findall("<loc>(.*?)</loc>", listed)}
    pages = {path.parent.relative_to(demo.out).as_posix() for path in demo.out.rglob("index.html")}
    assert found == {"" if one == "." else f"{one}/" for one in pages}


def test_a_frame_is_filled_with_escaped_words_and_the_content_as_it_is():
    at = frame.slot_address("runs/1")
    page = f'<title>{frame.TITLE}</title><a href="{at}/">{frame.CONTENT}</a>'
    stamped = frame.cut(page, at).stamp("a <b>", "", "runs/1", "<p>soundmark-slot-title</p>")
    assert stamped == '<title>a &lt;b&gt;</title><a href="runs/1/"><p>soundmark-slot-title</p></a>'


def test_a_theme_without_a_place_for_content_is_an_error():
    with pytest.raises(BrokenEnvironmentError, match="no place for the content"):
        frame.cut("<html></html>", "")


def project(folder, text):
    (folder / "docs" / "guide").mkdir(parents=True, exist_ok=True)
    (folder / "mkdocs.yml").write_text("site_name: x\nnav:\n  - guide/start.md\n")
    (folder / "docs" / "guide" / "start.md").write_text(f"# Start\n\n{text}\n")
    return MkDocs(folder, folder / "work")


LINKS = "[page](../../suites/a/top/index.md), [all](../../data/points.parquet)"


@pytest.fixture(scope="module")
def documented(tmp_path_factory):
    """A project with documentation, and what MkDocs made of it."""
    folder = tmp_path_factory.mktemp("documented")
    return folder, project(folder, LINKS).frames(PLAN)


def test_documentation_may_link_to_generated_files(documented):
    _, made = documented
    assert made.documents == ("docs/guide/start",)
    assert ("Start", "docs/guide/start/") in [(one.title, one.address) for one in made.sections]
    assert "docs/guide/start/index.html" in made.files
    assert not [name for name in made.files if name.startswith(("suites", "data", "soundmark"))]


def test_mkdocs_runs_again_only_for_another_frame_or_documentation(documented, monkeypatch):
    folder, made = documented
    runs: list[Path] = []
    with monkeypatch.context() as patch:
        patch.setattr(mkdocs, "run", runs.append)
        assert project(folder, LINKS).frames(PLAN).frames == made.frames
        assert runs == []
        project(folder, f"{LINKS} and more").frames(PLAN)
        project(folder, f"{LINKS} and more").frames(replace(PLAN, footer="another"))
        assert len(runs) == 2
    # Nothing is kept of a run that found a fault.
    with pytest.raises(BrokenEnvironmentError, match="gone"):
        project(folder, "[page](../../suites/a/gone/index.md)").frames(PLAN)


def test_the_plain_frame_shows_where_one_is(tmp_path):
    frames = Plain(tmp_path, tmp_path / "work").frames(PLAN)
    page = frames.of("suites/a").stamp("a & b", "", "suites/a", "<h1>here</h1>")
    assert '<a href="../../suites/a/" aria-current="page">a &amp; b</a>' in page
    assert '<link rel="canonical" href="https://example.org/p/suites/a/">' in page
    deep = frames.of("suites/a/top").stamp("top", "", "suites/a/top", "<h1>here</h1>")
    assert '<link rel="canonical" href="https://example.org/p/suites/a/top/">' in deep
    assert 'href="../../../assets/soundmark.css"' in deep
    missing = frames.files["404.html"].read_text(encoding="utf-8")
    assert 'src="/p/assets/soundmark.js"' in missing
    assert '<a href="/p/suites/">suites</a>' in missing


def test_a_site_in_the_plain_frame_needs_no_mkdocs(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "mkdocs", None)
    monkeypatch.setattr(mkdocs, "run", None)
    (tmp_path / "soundmark.toml").write_text('project = "p"\n')
    workspace = open_workspace(tmp_path / "soundmark.toml")
    workspace.append(of_suites(year(2), "micro"))
    built = build(workspace, tmp_path / "site", lambda _: None, "plain")
    assert built.pages == len(list((tmp_path / "site").rglob("index.html")))
    again = build(workspace, tmp_path / "site", lambda _: None, "plain")
    assert again.written == 0

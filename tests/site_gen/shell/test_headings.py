"""Headings of a project's own documentation, as MkDocs tells them while it builds."""

import pytest

from site_gen.shell.interface import Plan, Section
from site_gen.shell.mkdocs import MkDocs

PAGE = """# Keep it `warm`

## One & two

### Deep

## <b>Last</b>
"""


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    root = tmp_path_factory.mktemp("documented")
    (root / "docs").mkdir()
    (root / "docs" / "index.md").write_text(PAGE)
    (root / "docs" / "plain.md").write_text("No heading at all.\n")
    (root / "mkdocs.yml").write_text("site_name: x\nnav: [{Start: index.md}, {Plain: plain.md}]\n")
    plan = Plan(title="x", description="", url="", footer="", navigation=(), addresses=())
    return MkDocs(root, root / "work").frames(plan)


def test_every_heading_is_found_by_its_words_and_its_page_by_its_title(frames):
    assert frames.sections == (
        Section("Keep it warm", "docs/"),
        Section("One & two", "docs/#one-two"),
        Section("Deep", "docs/#deep"),
        Section("Last", "docs/#last"),
        Section("Plain", "docs/plain/"),
    )


def test_what_notes_them_leaves_nothing_in_the_site(frames):
    assert not [name for name in frames.files if "headings" in name or "search_index" in name]

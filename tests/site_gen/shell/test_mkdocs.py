"""What is read of a project's own MkDocs documentation, and written for MkDocs to read."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from site_gen.shell.mkdocs import Documentation, below_docs, documentation, page_source

NAVIGATION = """\
docs_dir: text
nav:
  - Start: index.md
  - Method: [method/noise.md]
  - Code: https://example.org/x
"""


@given(st.text())
def test_front_matter_stays_yaml_and_its_title_text(word):
    block = page_source(word, word, "<p>x</p>").split("---\n")[1]
    read = yaml.safe_load(block)
    assert "<" not in read["title"]
    assert '"' not in read["description"]
    assert read["hide"] == ["navigation", "toc"]
    assert read["search"] == {"exclude": True}


def test_pages_of_the_project_and_their_navigation_lie_below_docs(tmp_path):
    (tmp_path / "mkdocs.yml").write_text(NAVIGATION)
    (tmp_path / "text" / "method").mkdir(parents=True)
    for name in ("index.md", "method/noise.md", ".draft.md"):
        (tmp_path / "text" / name).write_text("# x")
    found = documentation(tmp_path)
    assert found.files.keys() == {"docs/index.md", "docs/method/noise.md"}
    assert found.navigation == [
        {"Start": "docs/index.md"},
        {"Method": ["docs/method/noise.md"]},
        {"Code": "https://example.org/x"},
    ]
    assert found.method_pages == (("Noise", "docs/method/noise"),)


@pytest.mark.parametrize("text", [None, "", "site_name: x"], ids=["no file", "empty", "no folder"])
def test_without_pages_there_is_no_documentation(tmp_path, text):
    if text is not None:
        (tmp_path / "mkdocs.yml").write_text(text)
    assert documentation(tmp_path) == Documentation()


def test_a_folder_is_known_by_its_place_below_the_docs_of_the_project_around_it(tmp_path):
    (tmp_path / "mkdocs.yml").write_text("docs_dir: text")
    assert below_docs(tmp_path / "text" / "a" / "benchmarks") == "a/benchmarks"
    assert below_docs(tmp_path / "elsewhere" / "benchmarks") == "benchmarks"

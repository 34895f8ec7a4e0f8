"""A built site as the files of another MkDocs project, and the lines for its navigation."""

import yaml

from site_gen.shell.navigation import Entry
from site_gen.writers.mount import mount, snippet


def test_pages_become_markdown_and_what_the_other_project_makes_itself_is_left_out(tmp_path):
    files = ("index.html", "runs/index.html", "data/runs.json", "404.html", "sitemap.xml")
    for name in files:
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_text(name)
    into = tmp_path / "docs"
    into.mkdir()
    (into / "old.md").write_text("of the night before")
    assert mount(tmp_path / "site", into) == 3
    found = {path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file()}
    assert found == {"index.md", "runs/index.md", "data/runs.json"}
    assert mount(tmp_path / "site", into) == 0


def test_the_navigation_is_yaml_whatever_things_are_called():
    entries = [
        Entry("Overview", ""),
        Entry("Suites", "suites", (Entry('a: "b" <c>', "suites/a"),)),
    ]
    (part,) = yaml.safe_load(snippet(entries, "benchmarks"))["nav"]
    assert part["Benchmarks"] == [
        {"Overview": "benchmarks/index.md"},
        {
            "Suites": [
                "benchmarks/suites/index.md",
                {"a: &quot;b&quot; &lt;c&gt;": "benchmarks/suites/a/index.md"},
            ]
        },
    ]

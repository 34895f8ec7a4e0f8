"""A page of another package is one file: address, place in the navigation, report and template."""

import socket
from contextlib import chdir

import pytest
from click.testing import CliRunner

from soundmark import main

PAGE = """
    from site_gen.pages.interface import Page, said

    TEMPLATE = '''<div class="sm"><h1>Costs</h1>
    <p>{{ report }} &amp; <a href="{{ root }}runs/">runs</a></p></div>'''

    def pages(known):
        words = f"<{len(known.context.view.counting)} runs>"
        yield Page("costs", "Costs", TEMPLATE, said(words), navigation="Costs")

    def taken(known):
        yield Page("sla", "Mine", TEMPLATE, said(""))

    nothing = 3
"""
ROWS = """\
suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples
s,b,,total_time,s,lower,box,c1,2026-01-01T00:00:00Z,1.0,
"""


def imported(folder):
    (folder / "soundmark.toml").write_text("")
    (folder / "points.csv").write_text(ROWS)
    with chdir(folder):
        assert soundmark("import", "csv", "points.csv").exit_code == 0


@pytest.fixture
def project(prepared, tmp_path, monkeypatch):
    """One run; whoever looks for another host is told that there is no network."""

    def unreachable(host, *_, **__):
        raise AssertionError(f"asked for the host {host}")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    folder = prepared(imported, tmp_path)
    monkeypatch.chdir(folder)
    return folder


def soundmark(*arguments):
    return CliRunner().invoke(main, arguments)


def built():
    return soundmark("site", "build", "--shell", "plain")


def test_it_is_built_without_a_network_and_again_when_its_words_change(install, project):
    entries = {"costs": "costs_page:pages", "sla": "costs_page:pages"}
    folder = install("costs", {"soundmark.pages": entries}, costs_page=PAGE)
    done = built()
    assert done.exit_code == 0, done.output
    assert 'offers a kind of page called "sla", which soundmark has itself' in done.stderr
    page = (project / "site/costs/index.html").read_text(encoding="utf-8")
    assert '<p>&lt;1 runs&gt; &amp; <a href="../runs/">runs</a></p>' in page
    assert "nothing is new" in built().stderr
    source = (folder / "costs_page.py").read_text()
    (folder / "costs_page.py").write_text(source + "\n# Another version\n")
    assert "nothing is new" not in built().stderr


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("costs_page:taken", 'the address "sla" is that of two pages: one of the kind "sla"'),
        ("costs_page:nothing", "which is no function that lists pages"),
        ("costs_page:absent", "which does not exist"),
    ],
)
def test_what_cannot_be_a_page_is_named_with_what_offers_it(install, project, entry, said):
    install("costs", {"soundmark.pages": {"costs": entry}}, costs_page=PAGE)
    done = built()
    assert done.exit_code == 3
    assert said in " ".join(done.stderr.split())

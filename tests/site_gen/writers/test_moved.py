"""Old links to the pages of other tools lead to those of the site that took their place."""

import re

import msgspec
import pytest

from history.project.workspace import open_workspace
from history.words.errors import ConfigError, UsageError
from history.words.records import Origin
from site_gen.shell.build import build
from tests import browsers
from tests.conftest import ROOT
from tests.history.builders import point, record
from tests.site_gen.looking import until, visiting
from tests.waiting import wait_for

PAGE = (ROOT / "docs" / "moving-over.md").read_text(encoding="utf-8")
CONFIG = re.findall(r"```toml\n(\[site\.moved\].*?)```", PAGE, re.DOTALL)[0]
"""What the page tells people to write."""


def brought(by, commit, *points):
    """A run that was imported."""
    made = record(commit, *points)
    run = msgspec.structs.replace(made.run, source=f"import {by}", origin=Origin.IMPORTED)
    return msgspec.structs.replace(made, run=run)


def built(folder, config=CONFIG):
    (folder / "soundmark.toml").write_text(config)
    workspace = open_workspace(folder / "soundmark.toml")
    scaled = [point(benchmark="s.time_n", suite="asv", params={"n": size}) for size in ("1", "2")]
    workspace.append(
        [
            brought("asv", "a1", point(benchmark="s.Mel.time_mel", suite="asv"), *scaled),
            brought("github-action-benchmark", "a2", point(benchmark="mel", suite="Rust <b>")),
            record("a3", point(benchmark="own", suite="own")),
        ]
    )
    build(workspace, folder / "site", lambda _: None, "plain", 1)
    return folder / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return built(tmp_path_factory.mktemp("moved"))


@pytest.fixture(scope="module")
def address(site):
    with browsers.served(site) as at:
        yield at


def test_the_page_of_a_data_js_leads_to_the_suite_that_came_from_it(site):
    text = (site / "dev/bench/index.html").read_text()
    assert '<meta http-equiv="refresh" content="0; url=../../suites/rust-b' in text
    assert "Rust &lt;b&gt;.mel" in text
    assert "own.own" not in text


def test_the_page_of_asv_lists_what_it_had_for_readers_without_scripts(site):
    text = (site / "asv/index.html").read_text()
    assert 'http-equiv="refresh"' not in text
    for name in ("asv.s.Mel.time_mel", "asv.s.time_n[n=1]", "asv.s.time_n[n=2]"):
        assert f">{name}</a>" in text
    assert "asv/" not in (site / "sitemap.xml").read_text()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#s.Mel.time_mel", "/suites/asv/s-mel-time_mel-"),
        ("#/s.Mel.time_mel?x-axis=commit", "/suites/asv/s-mel-time_mel-"),
        ("#s.time_n?p-n=%272%27", "/suites/asv/s-time_n-n-2"),
        ("#s.time_n", "/suites/asv/?q=s.time_n"),
        ("#regressions?sort=3", "/regressions/"),
        ("#/", "/suites/asv/"),
    ],
)
def test_an_address_of_asv_leads_to_its_benchmark(browser, address, old, new):
    with visiting(browser, address, f"asv/index.html{old}") as page:
        wait_for(lambda: new in page.url)
        assert page.url.startswith(address)


@pytest.mark.browser
def test_an_address_of_a_benchmark_that_is_gone_says_so(browser, address):
    with visiting(browser, address, "asv/index.html#s.time_gone") as page:
        until(page, "() => !document.getElementById('unknown').hidden")
        assert page.locator("#unknown").inner_text()


def test_an_address_of_the_site_itself_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r'site\.moved: "runs" is the address of a page'):
        built(tmp_path, '[site.moved]\nruns = "asv"\n')


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"../up" = "asv"', "expected a folder of the site"),
        ('old = "bencher"', 'moved.old: expected one of "asv", "github-action-benchmark"'),
    ],
)
def test_a_mistake_is_told_when_the_file_is_read(tmp_path, line, told):
    (tmp_path / "soundmark.toml").write_text(f"[site.moved]\n{line}\n")
    with pytest.raises(ConfigError, match=told):
        open_workspace(tmp_path / "soundmark.toml")

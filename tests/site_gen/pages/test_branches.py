"""Trends and the list of runs show one branch, the main one unless the address says otherwise."""

from urllib.parse import parse_qs, urlsplit

import msgspec
import orjson
import pytest

from history import addresses
from history.project.workspace import open_workspace
from site_gen.shell.build import build
from site_gen.writers import data
from tests import browsers
from tests.history.builders import point, record
from tests.site_gen.builders import benchmark, context, run, series
from tests.site_gen.looking import READY, visiting

HOSTILE = '"><img src=x onerror=alert(1)>'
BRANCHES = ("main", "try", "main", "", "main", HOSTILE)
"""One night each; that of no known branch is shown with the main one, as it is judged."""


def book(*branches):
    runs = [run(night, branch=branch) for night, branch in enumerate(branches)]
    one = benchmark(series([1.0] * len(runs)))
    return orjson.loads(data.runs_file(context(one, runs=runs)))["branches"]


def test_the_main_branch_comes_first_and_only_commits_of_others_say_theirs():
    assert book("try", "main", "main", "", "late") == {
        "names": ["main", "late", "try"],
        "of": {"0": 2, "4": 1},
    }


def test_a_history_of_one_branch_or_none_says_nothing_of_branches():
    assert book("main", "", "main") == book("", "") == {"names": [""], "of": {}}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("branches")
    (folder / "soundmark.toml").write_text("")
    workspace = open_workspace(folder / "soundmark.toml")
    nights = []
    for night, branch in enumerate(BRANCHES):
        made = record(f"{night:02x}" * 20, point(0.1 + night), night=night)
        commit = msgspec.structs.replace(made.run.commit, branch=branch)
        run = msgspec.structs.replace(made.run, commit=commit)
        nights.append(msgspec.structs.replace(made, run=run))
    workspace.append(nights)
    build(workspace, folder / "site", lambda _: None, "plain", 1)
    with browsers.served(folder / "site") as at:
        yield at


def rows(page):
    return page.locator("[data-latest] tbody tr").count()


def query(page):
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.browser
def test_a_trend_shows_the_main_branch_and_another_where_it_is_chosen(browser, site):
    trend = f"{addresses.benchmark('alignment', 'utterances', {})}/"
    with visiting(browser, site, trend) as page:
        page.wait_for_selector(READY)
        field = page.locator('[data-set="b"]')
        assert field.is_visible()
        assert (field.input_value(), rows(page)) == ("main", 4)
        assert "On the branch main; 2 runs on others are left out." in page.inner_text(
            "[data-hint]"
        )
        # Since the point before on this branch: 2.1 after 0.1, not after 1.1 of the other.
        assert "+2000.0 %" in page.locator("[data-latest] tbody tr").nth(2).inner_text()
        for name, shown in (("try", 1), (HOSTILE, 1), ("*", 6)):
            field.select_option(name)
            page.wait_for_selector(READY)
            assert (rows(page), query(page)["b"]) == (shown, [name])
        page.click("[data-copy]")
        link = page.locator("[data-link]").input_value()
        assert parse_qs(urlsplit(link).query)["b"] == ["*"]
        field.select_option("main")
        page.wait_for_selector(READY)
        assert "b" not in query(page)
        page.click("[data-copy]")
        link = page.locator("[data-link]").input_value()
        assert parse_qs(urlsplit(link).query)["b"] == ["main"]
    with visiting(browser, site, f"{trend}?b=try") as page:
        page.wait_for_selector(READY)
        assert (page.input_value('[data-set="b"]'), rows(page)) == ("try", 1)
    with visiting(browser, site, f"{trend}?b=gone") as page:
        page.wait_for_selector(READY)
        assert page.input_value('[data-set="b"]') == "main"


@pytest.mark.browser
def test_the_list_of_runs_does_so_too_and_counts_what_is_left_out(browser, site):
    with visiting(browser, site, "runs/") as page:
        page.wait_for_selector("[data-tools]:not([hidden])")
        assert page.inner_text("[data-shown]") == "4 of 6"
        page.select_option('[data-by="branch"]', "try")
        assert page.inner_text("[data-shown]") == "1 of 6"
        assert query(page)["branch"] == ["try"]
        page.select_option('[data-by="branch"]', "")
        assert page.inner_text("[data-shown]") == "6 of 6"
        assert "branch=" in page.url
        page.reload()
        page.wait_for_selector("[data-tools]:not([hidden])")
        assert page.inner_text("[data-shown]") == "6 of 6"

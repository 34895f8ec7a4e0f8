"""Who reads with a screen reader, by keys or by touch finds no obstacle of ours on any page."""

from functools import cache
from importlib.resources import files

import pytest

from tests.site_gen.looking import DESK, PHONE, READY, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OF_THE_THEME = {
    "aria-dialog-name": ".md-search",
    "landmark-unique": ".md-nav",
}
"""Rules that Material itself breaks, and where."""


@cache
def axe():
    """The script of axe-core, as a package for Python brings it."""
    package = pytest.importorskip("axe_playwright_python", reason="make test installs axe-core")
    return (files(package) / "axe.min.js").read_text("utf-8")


def benchmark(demo):
    """The page with stages, two variants, utterances and transcripts."""
    (folder,) = [path for path in (demo.out / "suites/alignment").iterdir() if path.is_dir()]
    return f"suites/alignment/{folder.name}/"


def kinds(demo):
    """One page of every kind."""
    found = ["", benchmark(demo), *(f"{name}/" for name in sorted(_top(demo)) if name != "docs")]
    for folder in ("suites", "events", "commits", "runs", "verdicts"):
        found += below(demo, folder)
    return found


def below(demo, folder):
    """The first page in a folder, if there is one."""
    inside = sorted(path.parent.name for path in (demo.out / folder).glob("*/index.html"))
    return [f"{folder}/{name}/" for name in inside[:1]]


def _top(demo):
    return {path.name for path in demo.out.iterdir() if (path / "index.html").is_file()}


LIKE_OTHERS = "tbody:nth-of-type(n+5), tr:nth-of-type(n+5), li:nth-of-type(n+9)"
"""Rows and entries that one template writes: by day the first of each list are looked at."""
WITHOUT = "(left_out) => document.querySelectorAll(left_out).forEach((one) => one.remove())"


def faults(page, options):
    """What axe finds: rule and place, without what the theme alone has to answer for."""
    found = page.evaluate("(options) => axe.run(options)", options)["violations"]
    return [
        f"{rule['id']} {' '.join(map(str, node['target']))}"
        for rule in found
        for node in rule["nodes"]
        if not any(OF_THE_THEME.get(rule["id"], "-") in str(target) for target in node["target"])
    ]


EVERY_RULE = {"resultTypes": ["violations"]}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
FINGERS = {"runOnly": ["target-size"], "rules": {"target-size": {"enabled": True}}}
"""24 pixels, or so much room around it; links within a sentence are not meant (WCAG 2.5.8)."""


def test_axe_finds_nothing_on_the_pages_that_are_read_most(browser, address, demo):
    """By every rule in light colours; two kinds in dark ones and where fingers touch a phone.

    Every kind of page, whole and in all ways: the test below, by night.
    """
    some = {"", benchmark(demo)}
    most = some | {"regressions/", "sla/", *below(demo, "suites"), *below(demo, "runs")}
    assert most <= set(kinds(demo))
    assert looked_at(browser, address, sorted(most), lambda path: path in some, LIKE_OTHERS) == {}


@pytest.mark.nightly
def test_axe_finds_nothing_on_any_kind_of_page_in_the_dark_and_on_a_phone(browser, address, demo):
    assert looked_at(browser, address, kinds(demo), lambda _: True) == {}


def looked_at(browser, address, paths, in_all_ways, left_out=""):
    """By address what axe finds there; in dark colours and on a phone where that is asked for."""
    found = {}
    with visiting(browser, address, "") as page:
        for path in paths:
            page.set_viewport_size(DESK)
            page.goto(address + path)
            if page.locator("[data-page]").count():
                page.wait_for_selector(READY)
            if left_out:
                page.evaluate(WITHOUT, left_out)
            page.evaluate(axe())
            said = faults(page, EVERY_RULE)
            if in_all_ways(path):
                page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
                said += faults(page, COLOURS)
                page.set_viewport_size(PHONE)
                said += faults(page, FINGERS)
            if said:
                found[path] = said
    return found


def test_the_chart_is_within_five_tabs(browser, address, trend_page):
    with visiting(browser, address, trend_page) as page:
        page.wait_for_selector(READY)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("#sm-content:focus", state="attached")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector('[data-chart="trend"]:focus')
        page.keyboard.press("ArrowLeft")
        page.locator(".sm-tip").wait_for(state="visible")
        assert page.locator(".sm-tip").inner_text()

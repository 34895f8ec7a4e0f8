"""Who reads with a screen reader, by keys or by touch finds no obstacle of ours on any page."""

from functools import cache
from importlib.resources import files

import pytest

from tests.site_gen.looking import PHONE, READY, visiting

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
        below = demo.out / folder
        if below.is_dir():
            inner = sorted(path.name for path in below.iterdir() if (path / "index.html").is_file())
            found += [f"{folder}/{inner[0]}/"] if inner else []
    return found


def _top(demo):
    return {path.name for path in demo.out.iterdir() if (path / "index.html").is_file()}


def faults(page):
    """What axe finds: rule and place, without what the theme alone has to answer for."""
    page.evaluate(axe())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [
        f"{rule['id']} {' '.join(map(str, node['target']))}"
        for rule in found
        for node in rule["nodes"]
        if not any(OF_THE_THEME.get(rule["id"], "-") in str(target) for target in node["target"])
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_kind_of_page(browser, address, demo, scheme):
    found = {}
    for path in kinds(demo):
        with visiting(browser, address, path, color_scheme=scheme) as page:
            if page.locator("[data-page]").count():
                page.wait_for_selector(READY)
            if said := faults(page):
                found[path] = said
    assert found == {}


def test_what_is_touched_on_a_phone_is_large_enough(browser, address, demo):
    """24 pixels, or so much room around it; links within a sentence are not meant (WCAG 2.5.8)."""
    found = {}
    for path in kinds(demo):
        with visiting(browser, address, path, viewport=PHONE) as page:
            if page.locator("[data-page]").count():
                page.wait_for_selector(READY)
            page.evaluate(axe())
            said = page.evaluate(
                "axe.run('.sm', { runOnly: ['target-size'], rules: "
                "{ 'target-size': { enabled: true } } })"
            )["violations"]
            if said:
                found[path] = [node["target"] for node in said[0]["nodes"]]
    assert found == {}


def test_the_chart_is_within_five_tabs(browser, address, trend_page):
    with visiting(browser, address, trend_page) as page:
        page.wait_for_selector(READY)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.dataset.chart") == "trend"
        page.keyboard.press("ArrowLeft")
        assert page.locator(".sm-tip").is_visible()

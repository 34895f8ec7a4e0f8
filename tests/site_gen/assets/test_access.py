"""Who reads with a screen reader, by keys or by touch finds no obstacle of ours on any page."""

from functools import cache
from importlib.resources import files

import pytest

from tests.site_gen.looking import DESK, PHONE, READY, visiting

pytestmark = pytest.mark.browser

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
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules that take axe most of its time: it looks below every word."""
WITHOUT_COLOURS = EVERY_RULE | {"rules": {rule: {"enabled": False} for rule in OF_COLOURS}}
COLOURS = {"runOnly": OF_COLOURS}
FINGERS = {"runOnly": ["target-size"], "rules": {"target-size": {"enabled": True}}}
"""24 pixels, or so much room around it; links within a sentence are not meant (WCAG 2.5.8)."""


def read_most(demo):
    """The pages that are read most, one of a kind."""
    return [
        "",
        benchmark(demo),
        "regressions/",
        "sla/",
        *below(demo, "suites"),
        *below(demo, "runs"),
    ]


def test_axe_finds_nothing_on_the_pages_that_are_read_most(browser, address, demo):
    """Colours are its rules of one page alone: those of the others are measured in the next test.

    Every kind of page, whole and in all ways: the test below, by night.
    """
    most = read_most(demo)
    assert set(most) <= set(kinds(demo))
    found = {}
    with visiting(browser, address, "") as page:
        for path in most:
            ready(page, address, path)
            page.evaluate(WITHOUT, LIKE_OTHERS)
            found[path] = faults(page, EVERY_RULE if path == "sla/" else WITHOUT_COLOURS)
            if path in {"", benchmark(demo)}:
                page.set_viewport_size(PHONE)
                found[path] += faults(page, FINGERS)
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.nightly
def test_axe_finds_nothing_on_any_kind_of_page_in_the_dark_and_on_a_phone(browser, address, demo):
    found = {}
    with visiting(browser, address, "") as page:
        for path in kinds(demo):
            ready(page, address, path)
            found[path] = faults(page, EVERY_RULE)
            page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
            found[path] += faults(page, COLOURS)
            page.set_viewport_size(PHONE)
            found[path] += faults(page, FINGERS)
    assert {path: said for path, said in found.items() if said} == {}


def ready(page, address, path):
    """A page on a desk, with its charts drawn, that axe can be asked about."""
    page.set_viewport_size(DESK)
    page.goto(address + path)
    if page.locator("[data-page]").count():
        page.wait_for_selector(READY)
    page.evaluate(axe())


WEAK = """() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (c) => (c /= 255) <= 0.03928
      ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const found = rgb(getComputedStyle(node).backgroundColor);
      if (found.length === 3 || found[3] > 0.99) return found;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll('.sm *, .md-tabs__link, .md-footer *')) {
    const own = [...node.childNodes]
      .some((one) => one.nodeType === 3 && one.data.trim());
    if (!own || !node.getClientRects().length || node.closest('svg')) continue;
    const style = getComputedStyle(node);
    const [a, b] = [light(rgb(style.color)), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const words = node.textContent.trim().slice(0, 30);
    if (ratio < 4.5) weak.push(`${ratio.toFixed(2)} ${node.className} ${words}`);
  }
  return weak;
}"""
"""Words of ours whose contrast with their ground is below 4.5 to 1 (WCAG AA, small text)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(browser, address, demo, scheme):
    weak = {}
    with visiting(browser, address, "", color_scheme=scheme) as page:
        for path in read_most(demo):
            page.goto(address + path)
            weak[path] = page.evaluate(WEAK)
    assert {path: words for path, words in weak.items() if words} == {}


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

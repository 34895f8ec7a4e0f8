"""What a screen reader is given of a page: the browser's own tree of names, roles and headings."""

from itertools import pairwise

import pytest

from tests.site_gen.looking import READY, until, visiting

pytestmark = pytest.mark.browser

NAMED = {"button", "link", "combobox", "searchbox", "textbox", "image", "graphics-document"}
NAMED |= {"table", "heading", "DisclosureTriangle", "columnheader", "rowheader", "radio"}
SAYS = """(what) => [...document.querySelectorAll('output, [role=status]')]
    .some((one) => new RegExp(what).test(one.textContent))"""
OF_THE_THEME = {"banner", "contentinfo"}


class Node:
    """One node of the tree."""

    def __init__(self, told, above):
        self.role = told["role"]["value"]
        self.name = told.get("name", {}).get("value", "").strip()
        known = {one["name"]: one["value"].get("value") for one in told.get("properties", ())}
        self.level = known.get("level")
        self.live = known.get("live")
        self.above = above

    def is_in(self, other):
        return self.above is other or (self.above is not None and self.above.is_in(other))

    def is_below(self, roles):
        return self.above is not None and (self.above.role in roles or self.above.is_below(roles))

    def __repr__(self):
        return f"{self.role} {self.name!r}"


def tree(page):
    """The nodes that are spoken, those of the theme's head and foot left out, in their order."""
    session = page.context.new_cdp_session(page)
    told = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {one["nodeId"]: one for one in told}
    made = {}

    def node(key):
        if key not in made:
            one = by_id[key]
            parent = one.get("parentId")
            above = node(parent) if parent in by_id else None
            made[key] = above if one["ignored"] else Node(one, above)
        return made[key]

    order, waiting = [], [told[0]["nodeId"]]
    while waiting:
        key = waiting.pop()
        if key not in by_id:
            continue
        if not by_id[key]["ignored"] and not node(key).is_below(OF_THE_THEME):
            order.append(node(key))
        waiting += reversed(by_id[key].get("childIds", ()))
    return order


@pytest.fixture
def five_pages(demo, trend_page):
    run = max((demo.out / "runs").glob("*/index.html"), key=lambda path: path.stat().st_size)
    return ("", trend_page, "regressions/", f"runs/{run.parent.name}/", "compare/")


def test_everything_that_is_spoken_has_a_name_and_headings_are_in_order(
    browser, address, five_pages
):
    trees = {}
    with visiting(browser, address, "") as page:
        for path in five_pages:
            page.goto(address + path)
            if page.locator("[data-page]").count():
                page.wait_for_selector(READY)
            trees[path] = tree(page)
    for path, found in trees.items():
        assert [one for one in found if one.role in NAMED and not one.name] == [], path
        assert "Vega visualization" not in {one.name for one in found}
        levels = [one.level for one in found if one.role == "heading"]
        assert levels[0] == 1
        assert levels.count(1) == 1
        steps = pairwise(levels)
        assert all(after <= before + 1 for before, after in steps), (path, levels)
        heads = [one for one in found if one.role in {"columnheader", "rowheader"}]
        for one in (one for one in found if one.role == "table"):
            assert any(head.is_in(one) for head in heads), (path, one)


def test_what_a_filter_leaves_and_what_a_zoom_shows_is_spoken(browser, address, trend_page):
    with visiting(browser, address, "suites/micro/") as page:
        page.locator("[data-filter]").fill("softmax")
        until(page, SAYS, r"^\d+ of \d+")
        assert any(one.role == "status" and one.live == "polite" for one in tree(page))
    with visiting(browser, address, trend_page) as page:
        page.wait_for_selector(READY)
        page.click('[data-range="30"]')
        until(page, SAYS, "runs in view, 20")

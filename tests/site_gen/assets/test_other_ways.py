"""A page on paper, and a site that was unpacked and opened as files."""

import re

import pytest

from tests.site_gen.looking import DESK, DESK_THEN_PHONE, READY, visiting

pytestmark = pytest.mark.browser

A4 = {"width": 718, "height": 1047}  # pixels within margins of a centimetre
MOST_PAGES = 4


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_benchmark_is_at_most_four_pages_of_paper(browser, address, trend_page):
    with visiting(browser, address, trend_page) as page:
        page.wait_for_selector(READY)
        assert 1 <= pages_of(page.pdf(format="A4", prefer_css_page_size=True)) <= MOST_PAGES


@pytest.mark.parametrize("path", [None, "", "sla/", "compare/", "suites/micro/", "runs/", "data/"])
def test_no_table_is_cut_off_on_paper(browser, address, trend_page, path):
    with visiting(browser, address, trend_page if path is None else path, viewport=A4) as page:
        if path is None:
            page.wait_for_selector(READY)
        page.emulate_media(media="print")
        wide = page.evaluate(
            """() => [...document.querySelectorAll('.sm table')].filter((one) => {
              const box = one.getBoundingClientRect(), frame = one.closest('.sm-scroll');
              return box.right > innerWidth + 1
                || (frame && getComputedStyle(frame).overflowX !== 'visible');
            }).length"""
        )
        assert wide == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]


@pytest.mark.parametrize("viewport", DESK_THEN_PHONE)
def test_a_site_opened_as_files_can_be_walked(browser, demo, trend_page, viewport):
    with visiting(browser, demo.out.as_uri() + "/", "index.html", viewport=viewport) as page:
        if viewport is DESK:  # a phone has the same links in a drawer
            page.locator(".md-tabs a", has_text="Suites").click()
        else:
            page.goto(f"{demo.out.as_uri()}/suites/index.html")
        page.wait_for_url("**/suites/index.html")
        page.locator('.sm a[href*="alignment"]').first.click()
        page.wait_for_url("**/suites/alignment/index.html")
        page.locator(f'.sm a[href*="{trend_page.split("/")[2]}"]').first.click()
        page.wait_for_url("**/pipeline-*/index.html*")
        assert "site serve" in page.locator("[data-page]").inner_text()
        assert page.locator("svg.sm-svg").first.is_visible()
        assert not page.locator("[data-tools]").is_visible()

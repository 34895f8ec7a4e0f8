"""What is typed into the field at the top finds benchmarks, suites, commits, runs and pages."""

import re
from contextlib import contextmanager

import pytest

from tests.site_gen.looking import DESK, PHONE, visiting


@contextmanager
def searching(browser, address, viewport=DESK):
    """A page whose field at the top can be typed into."""
    with visiting(browser, address, "regressions/", viewport=viewport) as page:
        page.wait_for_selector("[data-find] input", state="attached")
        if viewport is PHONE:
            page.click("label.md-header__button[for=__search]")
        yield page


def hits(page, typed):
    """The names that are found."""
    page.locator("[data-find] input").fill("")  # which closes the list of what was found before
    page.locator("[data-find] input").fill(typed)
    page.wait_for_selector(".sm-find.sm-open", state="attached")
    return page.locator(".sm-hit b").all_inner_texts()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_a_benchmark_is_found_by_a_part_of_its_name_and_opened_by_enter(browser, address, viewport):
    with searching(browser, address, viewport) as page:
        found = hits(page, "log_so")
        assert found
        assert all("log_softmax" in name for name in found)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/suites/micro/log_softmax-*/")
        page.locator("h1", has_text="log_softmax").wait_for()


def test_what_is_typed_finds_commits_runs_or_says_that_nothing_is_called_so(browser, address):
    with searching(browser, address) as page:
        by_subject = hits(page, "bound the beam before")
        assert by_subject
        assert by_subject[0] in hits(page, by_subject[0][:9])
        day = hits(page, " on runner-4c")[0]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d on runner-4c", day)
        assert hits(page, "nosuchthing") == []
        assert page.locator("[data-find] p").inner_text() == "Nothing is called so."


def test_a_slash_goes_to_the_field_and_escape_leaves_it(browser, address):
    with searching(browser, address) as page:
        page.keyboard.press("/")
        page.keyboard.type("whisper")
        page.wait_for_selector(".sm-hit")
        page.keyboard.press("Escape")
        assert page.locator(".sm-hit").first.is_hidden()
        assert page.locator("[data-find] input").input_value() == ""


def test_the_filter_of_a_table_does_not_open_the_search(browser, address):
    with visiting(browser, address, "suites/micro/?q=softmax") as page:
        page.wait_for_selector("[data-filter]")
        assert not page.locator(".sm-find.sm-open").count()
        assert not page.locator("[data-md-toggle=search]").is_checked()

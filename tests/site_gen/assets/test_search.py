"""What is typed into the field at the top finds benchmarks, suites, commits, runs and pages."""

import gzip
import re
from types import SimpleNamespace

import orjson
import pytest

from site_gen.shell.interface import Section
from site_gen.shell.navigation import Entry
from site_gen.writers.search import search_file

WIDTHS = pytest.mark.parametrize("width", [1400, 390])


def catalogue(count, suite="micro"):
    """A suite of so many benchmarks, named and addressed as real ones are."""
    rows = [
        SimpleNamespace(
            benchmark_id=f"{suite}.operation_{n % 97}[vocab={n}]",
            path=f"suites/{suite}/operation_{n % 97}-vocab-{n}-{n * 2654435761 % 2**32:08x}",
        )
        for n in range(count)
    ]
    return SimpleNamespace(suites=[SimpleNamespace(name=suite, benchmarks=rows)])


def visited(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{address}regressions/")
    page.wait_for_selector("[data-find] input", state="attached")
    if width < 960:
        page.click("label.md-header__button[for=__search]")
    return page


def hits(page, typed):
    """The names that are found."""
    page.locator("[data-find] input").fill(typed)
    page.wait_for_selector(".sm-find.sm-open", state="attached")
    return page.locator(".sm-hit b").all_inner_texts()


def test_the_index_has_each_kind_for_itself():
    places = (Entry("Overview", ""), Entry("Suites", "suites", (Entry("micro", "suites/micro"),)))
    section = Section("Keep the history in a bucket", "docs/bucket/#keep")
    index = orjson.loads(search_file(catalogue(1), places, [section]))
    assert index["pages"] == {"name": ["Overview", "Suites"], "path": ["", "suites"]}
    assert index["suites"] == {"name": ["micro"], "path": ["suites/micro"]}
    assert index["benchmarks"]["name"] == ["micro.operation_0[vocab=0]"]
    assert index["documentation"]["path"] == ["docs/bucket/#keep"]


def test_five_thousand_benchmarks_are_a_small_file():
    assert len(gzip.compress(search_file(catalogue(5_000), (), ()))) <= 100_000


@WIDTHS
def test_a_benchmark_is_found_by_a_part_of_its_name_and_opened_by_enter(browser, address, width):
    page = visited(browser, address, width)
    found = hits(page, "log_so")
    assert found
    assert all("log_softmax" in name for name in found)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/suites/micro/log_softmax-*/")
    page.locator("h1", has_text="log_softmax").wait_for()
    page.close()


def test_commits_are_found_by_hash_and_by_subject_and_runs_by_day(browser, address):
    page = visited(browser, address, 1400)
    by_subject = hits(page, "bound the beam before")
    assert by_subject
    assert by_subject[0] in hits(page, by_subject[0][:9])
    day = hits(page, " on runner-4c")[0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d on runner-4c", day)
    page.close()


def test_a_slash_goes_to_the_field_and_escape_leaves_it(browser, address):
    page = visited(browser, address, 1400)
    page.keyboard.press("/")
    page.keyboard.type("whisper")
    page.wait_for_selector(".sm-hit")
    page.keyboard.press("Escape")
    assert page.locator(".sm-hit").first.is_hidden()
    assert page.locator("[data-find] input").input_value() == ""
    page.close()


def test_what_is_nowhere_is_said_to_be_nowhere(browser, address):
    page = visited(browser, address, 1400)
    assert hits(page, "nosuchthing") == []
    assert page.locator("[data-find] p").inner_text() == "Nothing is called so."
    page.close()


def test_the_filter_of_a_table_does_not_open_the_search(browser, address):
    page = browser.new_page(viewport={"width": 1400, "height": 800})
    page.goto(f"{address}suites/micro/?q=softmax")
    page.wait_for_selector("[data-filter]")
    assert not page.locator(".sm-find.sm-open").count()
    assert not page.locator("[data-md-toggle=search]").is_checked()
    page.close()

"""What a reviewer reads in every state there is; read the golden files as that reviewer."""

from html.parser import HTMLParser

import pytest

from history.report.review import codec, markdown
from history.report.review.html import html
from history.report.review.links import Links
from history.report.review.result import Action, Outcome
from history.report.review.text import text
from tests.history.report.review.states import STATES
from tests.history.report.review.test_inert import acts

EXPECTED = {
    "all-well": (Outcome.NO_DIFFERENCE, Action.NOTHING),
    "regression": (Outcome.REGRESSION, Action.LOOK),
    "improvement": (Outcome.IMPROVEMENT, Action.NOTHING),
    "mixed": (Outcome.REGRESSION, Action.LOOK),
    "suspect": (Outcome.SUSPECT, Action.MEASURE_AGAIN),
    "too-few-rounds": (Outcome.NOT_ENOUGH_DATA, Action.MEASURE_LONGER),
    "failed-suite": (Outcome.FAILED, Action.LOOK),
    "not-comparable": (Outcome.NOT_COMPARABLE, Action.LOOK),
    "new-benchmark": (Outcome.NO_DIFFERENCE, Action.NOTHING),
    "removed-benchmark": (Outcome.FAILED, Action.LOOK),
    "target-broken": (Outcome.TARGET_BROKEN, Action.LOOK),
    "identical": (Outcome.NO_DIFFERENCE, Action.NOTHING),
    "no-base": (Outcome.FAILED, Action.LOOK),
    "first-run-ever": (Outcome.NOTHING_COMPARED, Action.MEASURE_BASE),
    "machine-moved": (Outcome.REGRESSION, Action.LOOK),
    "two-machines": (Outcome.FAILED, Action.LOOK),
    "10000-benchmarks": (Outcome.REGRESSION, Action.LOOK),
    "hostile-names": (Outcome.FAILED, Action.LOOK),
}
SITE = Links("https://example.org/perf", frozenset({"suites/cli/decode", "suites/cli/step-0"}))


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_read_as_it_was_approved(name, golden):
    found = STATES[name]()
    golden(markdown.comment(found, SITE), f"{name}.md")
    golden(text(found), f"{name}.txt")


@pytest.mark.parametrize("name", STATES)
def test_a_state_asks_for_the_right_thing(name):
    found = STATES[name]()
    assert (found.outcome, found.action) == EXPECTED[name]


@pytest.mark.parametrize("name", STATES)
def test_a_state_travels(name):
    found = STATES[name]()
    assert codec.decode(codec.encode(found)) == found


@pytest.mark.parametrize("name", STATES)
def test_a_comment_fits_and_nothing_in_it_acts(name):
    told = markdown.comment(STATES[name](), SITE)
    assert len(told.encode()) <= 65_536
    assert acts(told) == []


@pytest.mark.parametrize("name", STATES)
def test_ten_rows_at_most_are_seen_without_opening_anything(name):
    told = markdown.comment(STATES[name](), SITE).partition("<details>")[0]
    assert told.count("\n| ") <= 1 + 10


class Tags(HTMLParser):
    """Which tags a page has, and what their attributes ask for."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.names = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}


@pytest.mark.parametrize("name", STATES)
def test_the_details_load_nothing(name):
    page = html(STATES[name]())
    found = Tags(page)
    assert not found.tags & {"script", "img", "a", "link", "iframe", "object", "base"}
    assert found.names <= {"lang", "charset", "name", "content", "http-equiv", "class"}
    assert "url(" not in page
    assert "\x1b" not in page

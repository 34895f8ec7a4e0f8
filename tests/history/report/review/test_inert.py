"""Text from outside is seen in a comment and does nothing there."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from history.compare.results import ComparisonVerdict as Verdict
from history.report.review import markdown
from history.report.review.inert import code, inert, one_line
from history.report.review.links import Links
from history.report.review.result import Commit, Counts, Difference, Event, Target
from tests.history.report.review.reviews import absence, review, row

SITE = Links("https://example.org/perf", frozenset({"suites/cli/decode", "regressions"}))
PAGE = "suites/cli/decode/?m=wall_time&on=box"
OURS = {"<details>", "</details>", "<summary>", "</summary>"}
READER = MarkdownIt("commonmark").enable("table")

HOSTILE = (
    "@team/owners please look",
    "![x](https://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "<!-- soundmark -->",
    "</summary></details><script>alert(1)</script>",
    "a | b | c",
    "``` fence ``` and ` one",
    "\\` | \\| \\",
    "www.evil.example and https://evil.example/",
    "mail me@evil.example",
    "fixes #1, GH-2, owner/repo#3, !4, %5, deadbeefcafe",
    "1. list",
    "- list",
    "# heading",
    ":tada: :+1:",
    "**bold** _soft_ ~~gone~~ $x^2$",
    "line\nbreak\r\nand\ttab",
    "\x1b[2Jcleared",
    "\u202ereversed",
    "&#64;team &lt;b&gt;",
    "<https://evil.example>",
    "[x]: https://evil.example",
    "=====",
    "-----",
    "+",
    "1.",
    " ",
    "",
)
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.text(alphabet="@#`|\\[]()<>!*_~:/.-w1a \n&", max_size=40),
)


def tokens(text):
    """Every token of a Markdown text, and of the lines within."""
    for block in READER.parse(text):
        yield block
        yield from block.children or ()


def acts(text):
    """Whatever a forge would act on."""
    return [found for token in tokens(text) for found in does(token)]


def does(token):
    """What one token makes a forge do."""
    match token.type:
        case "image" | "heading_open" | "fence" | "code_block" | "hr" | "blockquote_open":
            return [token.type]
        case "link_open":
            url = urlsplit(str(token.attrGet("href")))
            return [] if url.netloc == "example.org" else [f"link to {url.geturl()}"]
        case "html_inline" | "html_block":
            return [tag for tag in re.findall(r"<[^>]*>?", token.content) if tag not in OURS]
        case "text" | "text_special":
            return re.findall(
                r"@\w|www\.|\w://|#\d|!\d|%\w|GH-\d|:\w+:|\b[0-9a-f]{7,40}\b", token.content
            )
        case _:
            return []


def filled(text):
    """A review in which every text that comes from outside is this one."""
    there = {"variant": f"runtime={text}", "machine": text, "page": PAGE}
    return review(
        row(
            0.05,
            verdict=Verdict.REGRESSION,
            benchmark=text,
            metric=text,
            unit=text,
            why=text,
            **there,
        ),
        row(0.01, benchmark=text, metric=text, unit="s", **there),
        absence(benchmark=text, reason=text, **there),
        absence(Verdict.NEW, benchmark=text, reason=text, **there),
        project=text,
        head=Commit(sha=text, subject=text, branch=text, tag=text, page="regressions"),
        base=Commit(sha=text, subject=text, tag=text),
        targets=(
            Target(
                target=text,
                benchmark=text,
                metric=text,
                unit=text,
                limit=1,
                value=2,
                before=1,
                **there,
            ),
        ),
        events=(Event(machine=text, commit=text, series=3, of=4, change=0.1, worst=(text, text)),),
        environment=(Difference(name=text, before=text, now=text),),
        notes=(text,),
        counts=Counts(
            verdicts={
                Verdict.REGRESSION: 1,
                Verdict.NO_DIFFERENCE: 1,
                Verdict.FAILED: 1,
                Verdict.NEW: 1,
            },
            environment=3,
        ),
    )


@given(TEXTS)
@example("a\\")
@example(":0")
def test_nothing_from_outside_acts_in_a_comment(text):
    assert acts(markdown.comment(filled(text), SITE)) == []


@given(TEXTS)
def test_nothing_from_outside_breaks_a_table(text):
    lines = markdown.comment(filled(text), SITE).splitlines()
    widths = {line.count("|") for line in lines if line.startswith("|")}
    assert widths == {7, 8}  # where all verdicts are alike they have no column


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_is_still_seen(text):
    letters = re.findall(r"[a-z]+", text)
    shown = inert(text)
    assert all(word in shown for word in letters)


def test_what_is_plainly_harmless_stays_as_it_is():
    assert inert("44 pairs, q = 0.81") == "44 pairs, q = 0.81"
    assert inert("+4.2 % to +6.0 %") == "+4.2 % to +6.0 %"
    assert inert("12.3 kB/iteration") == "12.3 kB/iteration"
    assert inert("cli.decode · torch · 2 threads") == "cli.decode · torch · 2 threads"


def test_what_could_act_is_a_code_span():
    assert inert("wall_time") == "`wall_time`"
    assert inert("@team") == "`@team`"
    assert code("a`b|c") == "`a\N{MODIFIER LETTER GRAVE ACCENT}b\N{DIVIDES}c`"


def test_characters_that_act_are_shown_as_replaced():
    assert one_line("a\x1b[2J\u202eb\nc") == "a\ufffd[2J\ufffdb c"


def test_a_page_that_the_site_lacks_is_not_linked():
    shown = row(0.05, verdict=Verdict.REGRESSION, page="suites/cli/gone")
    assert "](" not in markdown.comment(review(shown), SITE)


def test_the_reader_of_this_test_sees_what_acts():
    seen = acts("@team ![x](https://evil.example/x.png) [a](https://evil.example) <b>x</b>\n\n# a")
    assert {"@t", "image", "link to https://evil.example", "<b>", "heading_open"} <= set(seen)


def test_a_picture_is_the_sites_own_whatever_the_name():
    site = Links(SITE.url, SITE.pages, frozenset({"data/trends/cli/decode.png"}))
    shown = row(0.05, verdict=Verdict.REGRESSION, benchmark="](https://evil.example)", page=PAGE)
    told = markdown.comment(review(shown), site)
    images = [str(one.attrGet("src")) for one in tokens(told) if one.type == "image"]
    assert images == ["https://example.org/perf/data/trends/cli/decode.png"]
    assert [found for found in acts(told) if found != "image"] == []


def test_without_a_picture_none_is_shown():
    shown = row(0.05, verdict=Verdict.REGRESSION, page=PAGE)
    assert "![" not in markdown.comment(review(shown), SITE)

"""Rules of words and numbers, held against every page of the simulated year."""

import re
from collections import defaultdict
from html.parser import HTMLParser
from itertools import chain

import pytest

from history.report.wording import names
from history.words.key import parse_pairs

TWO_LINES = 200
"""Letters: a line of prose is at most 46 rem wide, some hundred letters."""
SPACES = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
VOID = {"br", "img", "input", "meta", "link", "hr", "path", "rect", "line", "circle", "source"}
OURS = re.compile(r'<\w+ class="?sm[ ">]')
"""Where the element of ours begins; the theme's navigation before it need not be parsed."""
UNITS = "%|ms|µs|ns|s|B|kB|MB|GB|×"


class Node:
    def __init__(self, name, facts):
        self.name, self.facts, self.below = name, facts, []
        self.classes = set((facts.get("class") or "").split())

    def walk(self, *, without=frozenset()):
        """This and everything below it; nothing of elements of these names or classes."""
        yield self
        for one in self.below:
            if isinstance(one, str):
                yield one
            elif not (without & ({one.name} | one.classes)):
                yield from one.walk(without=without)

    def find(self, *wanted, without=frozenset()):
        return [
            one
            for one in self.walk(without=without)
            if isinstance(one, Node) and set(wanted) & ({one.name} | one.classes)
        ]

    def text(self, *, without=frozenset()):
        found = " ".join(one for one in self.walk(without=without) if isinstance(one, str))
        return re.sub(r"[ \n\t]+", " ", found).strip()


class Reader(HTMLParser):
    """What a page says: the tree below the element of ours."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        node = Node(tag, dict(attrs))
        self.open[-1].below.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].below.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag):
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].name == tag:
                del self.open[depth:]
                return

    def handle_data(self, data):
        self.open[-1].below.append(data)


MANY = 12
"""So many pages in one folder were written by one template."""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(5, id="a fifth"),
        pytest.param(1, id="every", marks=pytest.mark.nightly),
    ],
)
def pages(demo, request):
    """Address to what the page says, of all but those of hostile names; by day a fifth of many."""
    folders = defaultdict(list)
    for file in sorted(demo.out.rglob("index.html")):
        folders[file.parent.parent].append(file)
    found = {}
    for file in chain(
        *(own[:: request.param if len(own) > MANY else 1] for own in folders.values())
    ):
        text = file.read_text(encoding="utf-8")
        if "<svg onload" in text or "&lt;script" in text or "alert(" in text:
            continue
        begins = OURS.search(text)
        if begins is None:
            continue
        reader = Reader()
        reader.feed(text[begins.start() :])
        ours = reader.root.find("sm")
        if ours:
            found[file.parent.relative_to(demo.out).as_posix()] = ours[0]
    assert len(found) > 40
    return found


def kinds(faults):
    """A few of what was found, for a message that can be read."""
    return dict(list(faults.items())[:8])


def test_a_page_begins_with_at_most_two_lines_of_introduction(pages):
    faults = {}
    for path, page in pages.items():
        said = []
        for one in page.walk(without={"details", "sm-tools", "nav"}):
            if isinstance(one, Node) and one.name in {"h2", "table"}:
                break
            if isinstance(one, Node) and one.classes & {"sm-lead", "sm-hint"}:
                said.append(one.text())
        if len(" ".join(said)) > TWO_LINES:
            faults[path] = said
    assert not faults, kinds(faults)


def test_numbers_have_one_minus_one_mark_between_thousands_and_a_space_before_the_unit(pages):
    wrong = {
        "a hyphen for a minus": rf"(?<![\w.\-/:\]])-\d[\d.]*{SPACES}?(?:{UNITS})(?!\w)",
        "a comma between thousands": r"\d,\d{3}(?!\d)",
        "no space before the unit": r"(?<![\w.\-+@])\d[\d.]*(?:%|ms|µs|kB|MB|GB)(?!\w)",
        "five digits in one": r"(?<![\w.\-:/@=])\d{5,8}(?![\w.\-])",
        "more than four digits": rf"(?<![\w.])[1-9]\.\d{{4,}}{SPACES}(?:{UNITS})(?!\w)",
    }
    names_of = {"code", "pre", "select", "th", "caption", "sm-param", "sm-facts", "sm-subject"}
    faults = {}
    for path, page in pages.items():
        text = page.text(without=names_of)
        for what, pattern in wrong.items():
            if found := list(re.finditer(pattern, text)):
                faults[path, what] = [
                    text[max(0, one.start() - 30) : one.end() + 10] for one in found[:3]
                ]
    assert not faults, kinds(faults)


def rows_of(table):
    """What rows say below their names, and lists within them; tables within are others."""
    inner = {"table"}
    for row in table.find("tr", "li", without=inner):
        told = row.find("sm-sub", without=inner)
        if row.name == "li" or told:
            yield set((told[0] if told else row).text(without=inner | {"details"}).split(" · "))


def test_what_every_row_of_a_table_has_of_its_variant_is_said_in_its_head(demo, pages):
    with demo.workspace.reading() as connection:
        variants = [
            one for (one,) in connection.execute("select distinct variant from series").fetchall()
        ]
    words = {names.pair(key, text) for one in variants for key, text in parse_pairs(one).items()}
    assert "synthetic weights" in words
    faults = {}
    for path, page in pages.items():
        for place, table in enumerate(page.find("table", "sm-notes")):
            rows = list(rows_of(table))
            everywhere = words.intersection(*rows) if len(rows) > 1 else set()
            if everywhere:
                faults[path, place] = (len(rows), everywhere, rows[0])
    assert not faults, kinds(faults)


def test_a_word_in_a_chip_is_explained_by_the_page_of_the_method(pages):
    """But for labels of a run, which have a paragraph, and what stands beside its own legend."""
    told = {one.text() for one in pages["method"].find("sm-pill")}
    own = {"leak", "no leak", "leaks on purpose", "undecided", "steady", "changed", "unclear"}
    own |= {"pass", "differs", "same", "dirty tree", "left behind", "up", "down"}
    faults: dict[str, str] = {}
    for path, page in pages.items():
        for chip in page.find("sm-pill"):
            word = re.sub(r"^\W+", "", chip.text())
            if word not in {re.sub(r"^\W+", "", one) for one in told} | own | {"synthetic weights"}:
                faults.setdefault(word, path)
    assert not faults

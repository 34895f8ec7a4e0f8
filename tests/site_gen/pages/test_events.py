"""One event, not ninety rows: what the pages about changes show of it."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from history import addresses
from history.judge.changes import ChangeRow
from history.report.wording import names
from site_gen.catalogue import Benchmark
from site_gen.pages import events
from site_gen.pages.context import SiteInfo
from site_gen.pages.overview import MOST_NEWS
from site_gen.pages.registry import pages
from site_gen.writers.downloads import Downloads
from site_gen.writers.feed import feed
from tests.site_gen.builders import benchmark, change, context, run, series
from tests.site_gen.rendering import Rendered

NIGHTS = 100


def slowed(*counts, at=None, **facts):
    """A history in which so many benchmarks changed at each of some commits."""
    places = at or [NIGHTS - 3 - 2 * number for number in range(len(counts))]
    benchmarks: list[Benchmark] = []
    changes: list[ChangeRow] = []
    for count, place in zip(counts, places, strict=True):
        for _ in range(count):
            name = f"work{len(benchmarks):04d}"
            row = series([1.0] * NIGHTS, series_id=name, benchmark=name)
            benchmarks.append(benchmark(row, name=name, path=f"suites/micro/{name}"))
            size = 0.1 + 0.001 * len(benchmarks)
            known = {"change": size, "after": 1 + size, "episode": f"e{len(benchmarks):04d}"}
            changes.append(change(row, place, **(known | facts)))
    runs = [run(place) for place in range(NIGHTS)]
    return context(*benchmarks, runs=runs, changes=tuple(changes), site=SiteInfo("a project"))


def rendered(found):
    """Every page of a site by its address."""
    return Rendered(found, pages(found, {}, Downloads((), ())))


class Ids(HTMLParser):
    """Collects the ids of a page."""

    def __init__(self, body):
        super().__init__()
        self.found = []
        self.feed(body)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name == "id"]


def test_ninety_rows_of_one_commit_read_as_one_event():
    site = rendered(slowed(90))
    page = site["regressions"]
    assert page.count("<tbody id=") == 1
    assert "90 of 90 series" in page
    assert "90 worse by" in page
    head, _, folded = page.partition("<details><summary>30 benchmarks</summary>")
    assert '<tr class="sm-why">' not in head
    assert folded.count('<tr class="sm-why">') == events.WORST + events.FOLDED
    assert "60 more benchmarks are on" in folded


def test_the_worst_come_first_and_the_event_has_them_all():
    site = rendered(slowed(90))
    (name,) = (one for one in site if re.fullmatch(r"events/[0-9a-f]{12}", one))
    seen = re.findall(r'href="[^"]*">(work\d+)</a>', site["regressions"])
    assert seen[:3] == ["work0089", "work0088", "work0087"]
    assert len(set(re.findall(r'href="[^"]*">(work\d+)</a>', site[name]))) == 90
    assert f"soundmark regressions --event {name.removeprefix('events/')}" in site[name]


def test_an_event_of_thousands_is_cut_into_pages_and_nothing_is_lost():
    found = slowed(2 * events.ROWS_OF_A_PAGE + 1)
    site = rendered(found)
    (event,) = found.judgement.events
    first = addresses.event(event.event_id)
    names = [first, f"{first}/page-2", f"{first}/page-3"]
    rows = [site[one].count('<tr class="sm-why">') for one in names]
    assert rows == [events.ROWS_OF_A_PAGE, events.ROWS_OF_A_PAGE, 1]
    assert f'href="../../../{names[2]}/"' in site[names[1]]
    assert f'href="../../../{names[0]}/"' in site[names[1]]
    assert f"{first}/page-4" not in site


def test_many_large_events_share_the_rows_behind_their_folds():
    events_of_forty = [40] * 4
    page = rendered(slowed(*events_of_forty))["regressions"]
    assert page.count('<tbody id="') == len(events_of_forty)
    shown = page.count('<tr class="sm-why">') - len(events_of_forty) * events.WORST
    assert events.FOLDED_OF_A_SECTION <= shown <= events.FOLDED_OF_A_SECTION + 3
    assert "36 more benchmarks are on" in page


def test_older_events_have_a_line_each_and_the_rest_a_list():
    count = events.FULL + events.LINES + 3
    site = rendered(slowed(*[1] * count, at=range(NIGHTS - count, NIGHTS)))
    page = site["regressions"]
    assert page.count('<tbody id="') == events.FULL
    assert page.count("<li id=") == events.LINES
    assert f"<small>{count}</small> <small>in {count} events</small>" in page
    assert f"<summary>{events.FULL - events.VISIBLE_WHILE_OPEN} more events</summary>" in page
    assert f"<summary>{count - events.FULL} events in a line each</summary>" in page
    assert "3 events more: " in page
    assert site["events"].count("<li>") == count
    assert len(set(Ids(page).found)) >= 2 * count


def test_of_what_is_open_the_largest_comes_first_and_of_the_rest_the_newest():
    for facts, largest_first in (({}, True), ({"status": "suspect"}, False)):
        found = slowed(4, 5, **facts)
        newest, older = found.judgement.events
        assert newest.commit_time > older.commit_time
        assert older.worst[0].change > newest.worst[0].change
        page = rendered(found)["regressions"]
        places = [page.index(f'<tbody id="{one.event_id}"') for one in (older, newest)]
        assert (places == sorted(places)) is largest_first


def test_every_change_keeps_its_place_on_the_page_of_all_and_no_id_comes_twice():
    found = slowed(90, 2, 1)
    ids = Ids(rendered(found)["regressions"]).found
    assert len(ids) == len(set(ids))
    assert {one.episode for one in found.judgement.regressions} <= set(ids)


def test_the_feed_has_one_entry_an_event():
    found = slowed(90, 1)
    entries = ET.fromstring(feed(found)).findall("{http://www.w3.org/2005/Atom}entry")  # noqa: S314
    titles = [one.findtext("{http://www.w3.org/2005/Atom}title") for one in entries]
    assert len(titles) == 2
    assert titles[0].startswith("regression: 90 of 90 series on bench: 90 worse by ")


def test_the_front_page_counts_the_events_that_it_leaves_out():
    rows = [
        series([1.0] * NIGHTS, series_id=f"x{number}", machine=f"box{number}")
        for number in range(MOST_NEWS + 2)
    ]
    made = tuple(change(one, NIGHTS - 1, episode=one.series_id) for one in rows)
    body = rendered(context(benchmark(*rows), changes=made))[""]
    assert body.count('<tbody id="') == MOST_NEWS
    assert "2 more events of these commits" in body


@pytest.mark.parametrize("path", ["", "regressions", "events"])
def test_names_from_outside_are_text(path):
    row = series([1.0] * 9, series_id="x", machine="<script>alert(1)</script>")
    other = series([1.0] * 9, series_id="y", machine="<script>alert(1)</script>", metric="rtf")
    made = tuple(change(one, 7, episode=one.series_id) for one in (row, other))
    body = rendered(context(benchmark(row, other), changes=made))[path]
    assert "<script>" not in body
    assert "&lt;script&gt;" in body


def test_an_event_names_what_was_merged_in_its_range_and_leads_there():
    made = slowed(3)
    (event,) = made.judgement.events
    site = SiteInfo("a project", repository="https://github.com/acme/aligner")
    found = rendered(replace(made, site=site, merged={event.event_id: (12, 15)}))
    link = '<a href="https://github.com/acme/aligner/pull/12">#12</a>'
    for address in ("regressions", f"events/{event.event_id}"):
        assert f"Merged in between: {link}, " in found[address]
    assert "Merged in between" not in rendered(made)["regressions"]


def test_an_event_leads_to_its_issues_on_the_forge():
    made = slowed(3)
    (event,) = made.judgement.events
    for base, lists, opens in (
        ("https://github.com/acme/aligner", "/issues?q=", "/issues/new?title="),
        ("https://gitlab.com/acme/aligner", "/-/issues?search=", "/-/issues/new?issue[title]="),
    ):
        site = SiteInfo("a project", repository=base)
        body = rendered(replace(made, site=site))[addresses.event(event.event_id)]
        assert f'href="{base}{lists}{event.event_id}"' in body
        assert f'href="{base}{opens}regression' in body
    assert "open an issue" not in rendered(made)[addresses.event(event.event_id)]


def test_an_event_is_told_in_words_before_its_formula():
    made = slowed(2)
    (event,) = made.judgement.events
    body = rendered(made)[addresses.event(event.event_id)]
    words = f"from 1.00 s to 1.10 s at {names.short(event.commit)}, seen in 5 runs since"
    assert 0 < body.index(words) < body.index("step: ")
    assert body.index("<details>") < body.index("step: ")

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from site_gen.pages.context import SiteInfo
from site_gen.writers.feed import feed
from tests.site_gen.builders import benchmark, change, context, run, series

ATOM = "{http://www.w3.org/2005/Atom}"


def changed(word="x", url="https://example.org/site"):
    row = series([1.0] * 5, series_id="5e")
    one = benchmark(row, name=word)
    runs = [run(place, subject=word) for place in range(5)]
    site = SiteInfo(word, url=url)
    return context(one, runs=runs, site=site, changes=(change(row, 3, rule=word),))


def test_an_entry_is_named_by_its_event_and_leads_to_its_page():
    (entry,) = ET.fromstring(feed(changed())).findall(f"{ATOM}entry")  # noqa: S314 - our own text
    event = changed().judgement.events[0].event_id
    assert entry.findtext(f"{ATOM}id") == f"urn:soundmark:event:{event}"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"https://example.org/site/events/{event}/"


def test_the_same_history_gives_the_same_feed():
    assert feed(changed()) == feed(changed())


@given(st.text(max_size=40))
def test_a_feed_is_xml_whatever_things_are_called(word):
    assert ET.fromstring(feed(changed(word))).tag == f"{ATOM}feed"  # noqa: S314 - our own text

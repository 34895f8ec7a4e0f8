from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from site_gen.pages.context import SiteInfo
from site_gen.writers.badges import Badge, badges
from tests.site_gen.builders import benchmark, change, context, run, series


def changed(word="x", url="https://example.org/site"):
    row = series([1.0] * 5, series_id="5e")
    one = benchmark(row, name=word)
    runs = [run(place, subject=word) for place in range(5)]
    site = SiteInfo(word, url=url)
    return context(one, runs=runs, site=site, changes=(change(row, 3, rule=word),))


@given(st.text(max_size=40))
def test_a_badge_is_xml_whatever_it_says(word):
    from site_gen.writers.text import clean

    badge = Badge("n", clean(word), clean(word), "good")
    assert ET.fromstring(badge.svg()).tag.endswith("svg")  # noqa: S314 - our own text


def test_a_badge_turns_bad_with_the_first_open_regression():
    assert badges(context())[0].message == "none"
    found = badges(changed())[0]
    assert (found.message, found.tone) == ("1 open", "bad")
    assert found.endpoint()["schemaVersion"] == 1

import re

import pytest

from history import addresses
from history.judge.memory import MemoryRow
from history.stats.leak import Ground, LeakVerdict
from history.words.key import SeriesKey
from site_gen.pages import memory
from site_gen.pages.registry import pages
from site_gen.writers.downloads import Downloads
from tests.site_gen.builders import benchmark, context, series
from tests.site_gen.rendering import renderer


def repeated(way, verdict="no leak", *, name="onnx_session", curve=(5e6, 5e6)):
    """A benchmark with one method, what was judged of it, and its samples."""
    variant = f"implementation={way}"
    rate = series(
        [1e3], metric="rss_growth_rate", unit="B/iteration", variant=variant,
        series_id=f"rate {name} {way}",
    )  # fmt: skip
    rss = series([5e6], metric="rss", unit="B", variant=variant, series_id=f"rss {name} {way}")
    first = series([0.02], metric="first_token_time", variant=variant, series_id=f"t {name} {way}")
    one = benchmark(rate, rss, first, suite="lifecycle", name=name, path=f"suites/l/{name}-{way}")
    growth = MemoryRow(
        key=SeriesKey("lifecycle", name, "", variant, "rss_growth_rate", "B/iteration", "bench"),
        verdict=LeakVerdict(verdict), ground=Ground.BELOW_FLOOR, rate=1e3, low=5e2, high=2e3,
        floor=2e4, naive=9e2, n=30, nights=1, leaking_nights=0, since="", commit="c",
        series_id=rate.series_id,
    )  # fmt: skip
    return one, growth, {rss.series_id: [(0, list(curve))]}


def report(*methods):
    samples = {key: value for _, _, known in methods for key, value in known.items()}
    found = context(*(one for one, _, _ in methods), memory=tuple(one for _, one, _ in methods))
    return memory.build(found, samples)


def test_methods_stand_side_by_side_with_what_they_cost():
    found = report(repeated("recreate", "leak"), repeated("reuse"))
    assert [(one.title, one.verdict) for one in found.methods] == [
        ("recreate", "leak"),
        ("reuse", "no leak"),
    ]
    first = found.methods[0]
    assert (first.rate, first.interval) == ("1.00 kB/iteration", "0.500 – 2.00 kB/iteration")
    assert (first.naive, first.floor) == ("900 B/iteration", "20.0 kB/iteration")
    assert first.beside == ("20.0 ms", "–", "–", "5.00 MB")
    assert found.counts == (("leak", 1), ("no leak", 1))


@pytest.mark.parametrize(
    ("verdict", "word"), [("leak", "leaks on purpose"), ("no leak", "invalid")]
)
def test_a_control_must_leak(verdict, word):
    one = report(repeated("recreate", verdict, name="control")).methods[0]
    assert one.verdict == word


def test_a_steady_method_does_not_look_like_a_leak():
    found = report(repeated("a", curve=[5e6 + 100 * n for n in range(9)])).methods[0]
    path = found.picture.split('class="l c0" d="')[1].split('"')[0]
    heights = [int(part.split()[1]) for part in path[1:].split("L")]
    assert max(heights) - min(heights) <= 2  # of 1000


def test_a_method_without_samples_has_no_picture():
    one, growth, _ = repeated("a")
    assert report((one, growth, {})).methods[0].picture is None


def test_a_climb_that_is_no_leak_names_the_floor_that_excuses_it_wherever_it_is_said():
    one, growth, samples = repeated("reuse")
    found = context(one, memory=(growth,))
    (shown,) = [each for each in pages(found, samples, Downloads((), ())) if each.path == "memory"]
    body = renderer(found).page(shown)
    told = re.sub(r"<[^>]*>", " ", body).split("no leak")[3:]  # after the count of them
    assert len(told) == 2
    for words in told:
        assert "floor 20.0 kB/iteration" in words[:150]


def test_nothing_repeated_is_no_page():
    assert memory.build(context(), {}) is None


def test_each_count_of_methods_leads_to_exactly_those_methods():
    methods = [repeated("a", "leak"), repeated("b"), repeated("c")]
    samples = {key: value for _, _, known in methods for key, value in known.items()}
    found = context(*(one for one, _, _ in methods), memory=tuple(one for _, one, _ in methods))
    (shown,) = [each for each in pages(found, samples, Downloads((), ())) if each.path == "memory"]
    body = renderer(found).page(shown)
    for place, (word, number) in enumerate(shown.report.counts, start=1):
        anchor = addresses.only(word)
        assert f'<a href="#{anchor}">' in body
        assert f'<p class="sm-only w{place}" id="{anchor}">' in body
        assert body.count(f'<tr data-w="{place}"') == number

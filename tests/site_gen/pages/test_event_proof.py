"""A history like the one of issue 17: 281 commits, and pairs of them at which 90 series step."""

import numpy as np
import pytest

from history.judge.judge import judge_view
from site_gen.catalogue import catalogue
from site_gen.pages import events
from site_gen.pages.context import Context, SiteInfo
from site_gen.pages.registry import pages
from site_gen.writers.downloads import Downloads
from tests.history.judge.builders import config, facts, trend, trends
from tests.site_gen.rendering import renderer

COMMITS = 281
SERIES = 130
STEPPED = 90
SETTLED, NEWEST = 200, 279
"""First commits of the new levels: one that was confirmed long ago, one that is suspected."""


def planted(nights=COMMITS):
    """Levels of each series, with noise; the same series step at neither, one or both pairs.

    Of fewer nights the oldest.
    """
    random = np.random.default_rng(17)
    found = []
    for number in range(SERIES):
        level = np.ones(COMMITS)
        if number < STEPPED:
            level[SETTLED:] *= random.uniform(1.15, 1.9)
        if number >= SERIES - STEPPED:
            level[NEWEST:] *= random.uniform(1.3, 2.0)
        noise = np.exp(random.normal(0, random.uniform(0.003, 0.015), COMMITS))
        found.append(
            trend(
                (level * noise * 10 ** random.uniform(-6, 1))[:nights],
                series_id=f"s{number:04d}",
                series_key=number + 1,
                suite="asv",
                benchmark=f"time_{number:03d}",
                metric="time",
            )
        )
    runs = [facts(night, sha=f"{night + 1:040x}") for night in range(nights)]
    return trends(*found, runs=runs)


@pytest.fixture(scope="module")
def found():
    return known(planted())


def known(history):
    judged = judge_view(history, config())
    return Context(history, judged, catalogue(history.series), SiteInfo("an asv history"))


def test_ninety_series_at_one_pair_of_commits_are_one_event(found):
    told = found.judgement.events
    large = [one for one in told if one.series > 10]
    assert [one.commit for one in large] == [f"{place + 1:040x}" for place in (NEWEST, SETTLED)]
    newest, settled = large
    assert settled.series >= STEPPED - 2
    assert newest.series >= 0.9 * STEPPED
    assert {str(row.status) for row in newest.changes if not row.is_beside} == {"suspect"}
    assert not newest.of_machine


def test_the_page_reads_as_at_most_a_dozen_events_with_the_newest_first(found):
    assert len(found.judgement.regressions) > 2 * STEPPED - 20
    (page,) = (one for one in pages(found, {}, Downloads((), ())) if one.path == "regressions")
    heads = [part for section in page.report for part in section.parts]
    assert len(heads) <= 12
    assert not any(section.lines for section in page.report)
    body = renderer(found).page(page)
    assert body.count("<tbody id=") <= 12
    seen_at_once = sum(len(part.first) for part in heads)
    assert seen_at_once <= 12 * events.WORST
    assert len(body) < 200_000


def test_a_night_leaves_the_page_of_a_settled_event_as_it_is(found):
    before = known(planted(COMMITS - 1))
    settled = next(
        one for one in found.judgement.events if one.commit == f"{SETTLED + 1:040x}"
    ).event_id
    of_before, of_now = (
        {
            one.path: renderer(context).page(one)
            for one in pages(context, {}, Downloads((), ()))
            if one.path.startswith(f"events/{settled}")
        }
        for context in (before, found)
    )
    assert of_now
    assert of_before == of_now
    rows = "".join(of_now.values())
    assert "points before and" in rows
    assert "|t|" not in rows

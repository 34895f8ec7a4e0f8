"""The front page: what is news, what is quiet, and what to do next."""

from dataclasses import replace

import numpy as np

from history.judge import baseline
from history.judge.size import UNKNOWN, Amount
from history.judge.thresholds import Finding
from history.read.runs import Machine
from history.read.series import MEASURED, SKIPPED
from history.read.view import View
from site_gen.catalogue import Catalogue
from site_gen.pages import overview, regressions
from site_gen.pages.context import Context, SiteInfo
from site_gen.pages.interface import Known
from site_gen.writers.downloads import Downloads
from tests.site_gen.builders import (
    DAWN,
    benchmark,
    change,
    context,
    decided,
    run,
    series,
    target,
    verdict,
)
from tests.site_gen.rendering import renderer


def test_only_changes_of_the_newest_commits_are_news():
    row = series([1.0] * 20)
    old, new = change(row, 2), change(row, 19)
    report = overview.build(context(benchmark(row), changes=(old, new)))
    assert [group.change for part in report.news for group in part.first] == [new]


def test_what_has_never_run_here_stands_beside_the_verdicts_and_not_among_them():
    never = series(
        [np.nan], status=[SKIPPED], reasons={0: "needs a CUDA device"}, variant="device=cuda"
    )
    lost = series([1.0, np.nan], status=[MEASURED, SKIPPED], reasons={1: "no disk"})
    verdicts = {
        never.series_id: verdict("missing", never_run=True),
        lost.series_id: verdict("missing"),
    }
    report = overview.build(context(benchmark(never, lost), verdicts=verdicts))
    assert report.counts == (("missing", 1),)
    assert report.never_run == (overview.NeverRun("needs a CUDA device", 1),)
    assert report.cards[0].never_run == report.never_run


def test_an_empty_history_has_a_front_page():
    empty = Context(View((), ()), decided(View((), ())), Catalogue(()), SiteInfo("a project"))
    assert overview.build(empty).newest is None


def test_the_verdict_is_the_one_that_was_given():
    row = series([1.0])
    found = context(benchmark(row), verdicts={row.series_id: verdict("drift")})
    assert overview.build(found).counts == (("drift", 1),)


def test_the_morning_is_quiet_when_nothing_happened():
    rows = [series([1.0] * 9)]
    found = overview.build(context(benchmark(*rows), verdicts={rows[0].series_id: verdict("ok")}))
    assert found.morning.lines == ()
    assert found.morning.quiet == (
        "Nothing began to fail, nothing got worse and nothing got better within the newest "
        "7 commits."
    )


def test_the_morning_names_what_the_newest_run_shows_first():
    old, new = series([1.0] * 9, metric="rtf", unit="x"), series([1.0] * 9)
    changes = (
        change(old, 5, points_since=4),
        change(new, 8, points_since=1, status="suspect"),
        change(old, 6, status="acknowledged"),
        change(new, 1, points_since=8),
    )
    rows = (target(new, broken_by=f"{9:040x}", commit=f"{9:040x}"), target(old, broken_by="old"))
    found = overview.build(context(benchmark(old, new), changes=changes, sla=rows)).morning
    worse, broken = found.lines
    assert [(one.words, one.is_new) for one in worse.items] == [
        ("micro.top_k total time +20.0 % on bench", True),
        ("micro.top_k real-time factor +20.0 % on bench", False),
    ]
    assert (worse.counted, broken.counted) == ("2 events", "1 target")
    assert [(one.words, one.is_new) for one in broken.items] == [("t: micro.top_k on bench", True)]
    assert [run.run_id for run in found.newest] == [f"{9:032x}"]


def test_a_young_history_says_what_to_do_next():
    row = series([1.0])
    few = replace(verdict(), detectable=Amount(points=1, points_needed=6))
    found = context(benchmark(row), verdicts={row.series_id: few})
    (page,) = overview.pages(Known(found, {}, Downloads((), ())))
    body = renderer(found).page(page)
    assert "This is the first run. A series needs 6 points" in body
    assert "soundmark init --github" in body
    assert "Quiet" not in body


def overview_of(runs, few):
    rows = [series([1.0], runs=np.array([n]), machine=f"m{n}") for n in range(len(runs))]
    rows = [replace(row, series_id=f"{n}") for n, row in enumerate(rows)]
    young = dict.fromkeys((row.series_id for row in rows), few)
    found = context(benchmark(*rows), runs=runs, verdicts=young)
    (page,) = overview.pages(Known(found, {}, Downloads((), ())))
    return renderer(found).page(page)


def test_where_all_was_imported_the_next_step_is_to_import_again():
    few = replace(verdict(), detectable=Amount(points=1, points_needed=6))
    body = overview_of([run(0, origin="imported")], few)
    assert "soundmark import … --follow" in body
    assert "soundmark collect" not in body
    assert "data-frozen" not in body


def test_numbers_taken_over_once_do_not_grow_stale_beside_measured_ones():
    few = replace(verdict(), detectable=Amount(points=1, points_needed=6))
    old, new = Machine("1", "published"), Machine("2", "here")
    body = overview_of([run(0, origin="imported", machine=old), run(1, machine=new)], few)
    frozen = [part for part in body.split('<span class="sm-fresh"')[1:] if "data-frozen" in part]
    assert ["published" in part for part in frozen] == [True]
    assert "soundmark collect" in body


def test_what_fails_a_threshold_is_news_before_a_trend_can_tell():
    slow, known = series([1.0, 3.0]), series([1.0, 3.0], metric="rtf", unit="x")
    before = baseline.Baseline(
        baseline.BaselineKind.PARENT, "", 1.0, 1, 5, f"{1:040x}", f"{1:040x}", 1, DAWN, 1.0
    )
    gates = tuple(
        Finding(
            rule="20 %", severity="fail", series_id=one.series_id, key=one.key, limit=1.2,
            commit=f"{2:040x}", value=3.0, change=2.0, n=5, worse_by=0.2, direction="lower",
            baseline=before, detectable=UNKNOWN,
        )
        for one in (slow, known)
    )  # fmt: skip
    found = context(benchmark(slow, known), changes=(change(known, 1),))
    found = replace(found, judgement=replace(found.judgement, gates=gates, gates_checked=2))
    _, beyond = overview.build(found).morning.lines
    assert beyond.items == ()  # beside other news they are counted
    alone = replace(found, judgement=replace(found.judgement, regressions=(), events=()))
    (line,) = overview.build(alone).morning.lines
    assert [one.words for one in line.items] == [
        "micro.top_k total time 3.00 times worse on bench",
        "micro.top_k real-time factor 3.00 times worse on bench",
    ]
    assert (beyond.title, beyond.counted) == ("Beyond a threshold", "1 series")
    (page,) = regressions.pages(Known(found, {}, Downloads((), ())))
    told = "1 series is beyond a threshold at its newest point</b>, without a regression here"
    assert told in renderer(found).page(page)

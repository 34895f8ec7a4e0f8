from dataclasses import replace
from datetime import date

import numpy as np

from history.items.quantiles import OverItems
from history.judge import baseline
from history.judge.size import UNKNOWN, Amount
from history.judge.thresholds import Finding
from history.project.annotations import Annotation
from history.read.item_quantiles import Which
from history.read.runs import Machine
from history.read.series import FAILED, MEASURED, SKIPPED
from history.read.view import View
from site_gen.catalogue import Catalogue
from site_gen.pages import benchmark as benchmark_report
from site_gen.pages import findings, marks, overview, regressions, runs
from site_gen.pages.context import Context, SiteInfo
from site_gen.pages.interface import Known
from site_gen.pages.series_row import row_of
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


def test_the_newest_value_is_compared_with_the_median_before_it():
    row, alone = series([1.0, 1.0, 5.0, 1.0, 1.2]), series([1.0], variant="alone")
    one = benchmark(row, alone)
    found, first = (row_of(context(one), one, each) for each in (row, alone))
    assert (round(found.change, 6), found.change_text) == (0.2, "+20.0 %")
    assert np.isnan(first.change)
    assert first.change_text == "–"


def test_the_newest_value_is_compared_with_what_a_threshold_is_held_against():
    again = [run(0), *(run(place, sha="x" * 40) for place in (1, 2, 3))]
    tried = [run(0), run(1, branch="try"), run(2, branch="try"), run(3), run(4)]
    for runs_of, values in ((again, [1.0, 2.0, 2.0, 1.2]), (tried, [1.0, 2.0, 2.0, 1.0, 1.2])):
        row = series(values)
        found = context(benchmark(row), runs=runs_of)
        against = baseline.find(found.view, row, row.last, "median")
        assert against.value == 1.0
        assert round(row_of(found, benchmark(row), row).change, 6) == 0.2


def test_a_commit_that_was_pushed_away_does_not_speak_for_its_series():
    runs_of = [run(0), run(1), run(2, abandoned=True)]
    row = series([1.0, 1.1, 9.0])
    found = row_of(context(benchmark(row), runs=runs_of), benchmark(row), row)
    assert (found.value, found.change_text) == ("1.10 s", "+10.0 %")
    assert found.run is not None
    assert found.run.position == 1


def test_growth_of_memory_from_near_zero_is_told_in_bytes():
    row = series([90.0] * 5 + [1.05e6], metric="rss_growth_rate", unit="B/iteration")
    one = benchmark(row)
    found = row_of(context(one), one, row)
    assert found.change_text == "from 90.0 B/iteration"
    assert np.isnan(found.change)


def test_a_failed_newest_run_is_shown_with_its_reason():
    row = series([1.0, np.nan], status=[MEASURED, FAILED], reasons={1: "killed"})
    one = benchmark(row)
    found = row_of(context(one), one, row)
    assert (found.status, found.reason, found.value) == ("failed", "killed", "failed")
    assert (found.last_value, found.last_run, found.interval) == ("1.00 s", run(0), "")


def test_one_commit_that_slows_many_series_is_one_story():
    rows = [series([1.0] * 6, metric=name) for name in ("total_time", "rtf", "load_time")]
    found = context(benchmark(*rows), changes=tuple(change(row, 3) for row in rows))
    report = findings.regressions(found)
    assert len(report.open_) == 1
    assert len(report.open_[0].others) == 2
    assert overview.build(found).tally.open_ == 1
    assert overview.build(found).tally.open_series == 3
    assert overview.build(found).tally.open_events == 1


def test_changes_are_sorted_by_what_should_be_done():
    row = series([1.0] * 9)
    kinds = {
        "suspects": {"status": "suspect"},
        "open_": {"status": "confirmed"},
        "improvements": {"direction": "improvement"},
        "closed": {"status": "recovered"},
        "neutral": {"direction": "up"},
    }
    for name, facts in kinds.items():
        report = findings.regressions(context(benchmark(row), changes=(change(row, 4, **facts),)))
        counts = {kind: len(getattr(report, kind)) for kind in kinds}
        assert counts == {kind: int(kind == name) for kind in kinds}


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


def test_a_bar_puts_the_limit_at_the_same_place_for_all():
    row = series([1.5])
    (found,) = findings.targets(context(benchmark(row), sla=(target(row),)))
    assert found.bar == (99.0, 66.0 * 1.4, 100.0)
    assert found.compliance == "50 %"


def test_broken_targets_come_first():
    row = series([1.5])
    rows = [target(row, word) for word in ("pass", "missing", "fail", "uncertain")]
    found = findings.targets(context(benchmark(row), sla=tuple(rows)))
    assert [one.row.status for one in found] == ["fail", "uncertain", "missing", "pass"]


def test_a_target_without_a_number_has_no_bar():
    row = series([np.nan], status=[SKIPPED])
    nothing = target(row, "missing", value=None, low=None, high=None)
    (found,) = findings.targets(context(benchmark(row), sla=(nothing,)))
    assert found.bar is None
    assert found.value == "–"


def test_a_page_opens_with_the_headline_where_it_was_measured_last():
    one = benchmark(series([1.0, 1.0]), series([2.0] * 3, metric="dp_time"))
    assert benchmark_report.choose(one) == ("total_time", "bench")


def test_the_table_of_runs_says_why_there_is_no_number():
    row = series([1.0, np.nan, 1.1], status=[MEASURED, SKIPPED, MEASURED], reasons={1: "no GPU"})
    one = benchmark(row)
    report = benchmark_report.build(context(one), one, {})
    cells = [line.cells[0] for line in report.rows]
    assert [cell.value for cell in cells] == ["1.10 s", "–", "1.00 s"]
    assert cells[1].reason == "no GPU"
    assert cells[0].change == "+10.0 %"  # over the gap, against the last measured one


def test_notes_and_new_environments_are_marked_once():
    row = series([1.0] * 4)
    one = benchmark(row)
    found = context(
        one,
        runs=[run(0), run(1), run(2, environment_key=2), run(3, environment_key=2)],
        environments={number: {"libraries": {"torch": f"2.1{number}"}} for number in (1, 2)},
        annotations=(Annotation(text="faster path", date=date(2026, 3, 2), scope="micro.*"),),
    )
    drawn = marks.marks(found, one, [row], row.runs)
    assert [(mark.x, mark.tone) for mark in drawn] == [(2, "env"), (1, "note")]


def test_a_run_counts_what_it_has_not():
    row = series([1.0, np.nan], status=[MEASURED, FAILED])
    reports, commits = runs.build(context(benchmark(row)))
    assert reports[1].counts == (("failed", 1),)
    assert [one.commit.sha for one in commits] == [f"{1:040x}", f"{2:040x}"]
    assert commits[0].after == commits[1].commit


def test_a_run_that_is_left_out_has_no_page_and_the_others_keep_their_numbers():
    row = series([1.0, 1.2], runs=np.array([0, 2]))
    known = [run(0), run(1, left_out="noisy"), run(2)]
    reports, commits = runs.build(context(benchmark(row), runs=known))
    assert [one.run for one in reports] == [known[0], known[2]]
    assert [one.total for one in reports] == [1, 1]
    assert reports[1].numbers[0].value == "1.20 s"
    assert [one.commit for one in commits] == [known[0].commit, known[2].commit]


def test_a_run_tells_how_a_time_spreads_over_its_items_beside_the_number():
    row = series([1.0, 1.1, 1.1])
    key = row.key
    which = Which(key.suite, key.benchmark, key.params, key.variant, key.metric)
    spread = {which: OverItems(10, 0.1, None, 0.4)}
    found = context(benchmark(row))
    middle = found.view.runs[1]
    reports, _ = runs.build(found, {middle.run_id: spread})
    told = [one.numbers[0].items for one in reports]
    assert told == ["", "10 items: p50 100 ms, largest 400 ms", ""]
    before, _ = runs.build(found)
    assert reports[0].plain == before[0].plain
    assert reports[1].plain != before[1].plain


def test_old_runs_keep_their_page_without_its_numbers(monkeypatch):
    monkeypatch.setattr(runs, "FULL_RUNS", 1)
    reports, _ = runs.build(context(benchmark(series([1.0, 1.1]))))
    assert [len(one.numbers) for one in reports] == [0, 1]
    assert [one.total for one in reports] == [1, 1]


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

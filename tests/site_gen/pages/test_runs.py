"""Reports of runs and commits: what each counts and shows."""

import numpy as np

from history.items.quantiles import OverItems
from history.read.item_quantiles import Which
from history.read.series import FAILED, MEASURED
from site_gen.pages import runs
from tests.site_gen.builders import (
    benchmark,
    context,
    run,
    series,
)


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

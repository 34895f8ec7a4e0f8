"""What the pages say about sizes of changes and about what could have been seen."""

import re
from datetime import date

import pytest

from history import addresses
from history.judge.detectable import Power
from history.judge.size import UNKNOWN, Amount
from history.judge.verdict import Absent, Verdict, Word
from history.project.triage import Decision
from history.report.wording import sizes
from site_gen.pages.registry import pages
from site_gen.pages.series_row import row_of
from site_gen.writers.downloads import Downloads
from site_gen.writers.feed import feed
from tests.site_gen.builders import benchmark, change, context, series, target
from tests.site_gen.rendering import renderer


def page(found, path):
    (one,) = [one for one in pages(found, {}, Downloads((), ())) if one.path == path]
    return renderer(found).page(one)


def grown():
    leak = series([90.0, 90.0, 1.05e6], metric="rss_growth_rate", unit="B/iteration")
    slow = series([0.1, 0.1, 1.3], metric="total_time", variant="runtime=torch")
    changes = (
        change(
            leak,
            2,
            change=11665.0,
            change_low=11600.0,
            change_high=11700.0,
            before=90.0,
            after=1.05e6,
        ),
        change(
            slow,
            2,
            change=12.0,
            change_low=11.0,
            change_high=13.0,
            before=0.1,
            after=1.3,
            direction="up",
        ),
    )
    return context(benchmark(leak, slow), changes=changes)


def test_no_page_and_no_feed_shows_a_percentage_of_almost_nothing():
    for words in (page(grown(), "regressions"), page(grown(), ""), feed(grown())):
        assert "from 90.0 B to 1.05 MB/iteration" in words
        shares = re.findall(r"[+−]([\d.]+) %", words)
        assert all(float(share) < 900 for share in shares)


def test_thirteen_times_as_much_is_shown_as_a_multiple_with_its_interval():
    shown = page(grown(), "regressions")
    assert "×13.0" in shown
    assert "×12.0 to ×14.0" in shown


def test_beside_the_new_value_only_the_old_one_is_told():
    assert sizes.beside("rss_growth_rate", "B/iteration", 90.0, 1.05e6) == "from 90.0 B/iteration"
    assert sizes.beside("rss_growth_rate", "B/iteration", 90.0, 200.0) == ""
    assert sizes.beside("total_time", "s", 0.1, 0.1034) == "+3.4 %"
    assert sizes.beside("total_time", "s", 0.1, 0.09) == "−10.0 %"
    assert sizes.beside("total_time", "s", 0.1, 0.1) == "0.0 %"
    assert sizes.beside("total_time", "s", 0.1, 1.3) == "×13.0"


@pytest.mark.parametrize(
    ("detectable", "words"),
    [
        (UNKNOWN, "can detect: too few points"),
        (Amount(points=3, points_needed=8), "can detect: 3 of 8 points"),
        (Amount(share=0.031, step=0.031, unit="s"), "can detect 3.1\N{NO-BREAK SPACE}%"),
    ],
)
def test_a_target_says_what_its_series_could_have_shown(detectable, words):
    row = series([1.5])
    made = target(row, detectable=detectable)
    assert words in page(context(benchmark(row), sla=(made,)), "sla")


def test_the_page_of_a_benchmark_does_not_repeat_its_name_and_the_metric_of_a_change():
    row = series([1.0, 1.0, 1.2], variant="runtime=torch")
    found = context(benchmark(row), sla=(target(row),), changes=(change(row, 2),))
    own, all_ = page(found, "suites/micro/top_k"), page(found, "sla")
    assert '<span class="sm-sub">torch · bench</span>' in own
    assert '<span class="sm-sub">micro.top_k · torch · bench</span>' in all_
    assert "Total time · torch" not in own.partition("<h2>Changes")[2].partition("<h2>")[0]


def test_a_decision_about_a_change_is_read_without_a_click():
    row = series([1.0, 1.0, 1.2])
    decision = Decision(
        state="acknowledged", until=date(2026, 3, 31), reason="waits for the allocator", commit="c"
    )
    made = change(row, 2, status="acknowledged", decision=decision)
    shown = page(context(benchmark(row), changes=(made,)), "regressions")
    words = "acknowledged until 2026-03-31: waits for the allocator"
    assert f"<summary>{words}</summary>" in shown


def test_a_target_that_can_be_linked_has_its_address_on_the_page():
    row = series([1.5])
    shown = page(context(benchmark(row), sla=(target(row),)), "sla")
    _, _, anchor = addresses.target("t", row.series_id).partition("#")
    assert f'<tr id="{anchor}"' in shown


@pytest.mark.parametrize(
    ("better", "newest", "tone"),
    [
        ("lower", 0.64, "good"),
        ("lower", 1.6, "bad"),
        ("higher", 0.64, "bad"),
        ("none", 1.6, "calm"),
    ],
)
def test_a_change_is_coloured_by_its_own_sign_and_never_by_the_verdict(better, newest, tone):
    row = series([1.0, 1.0, 1.0, newest], direction=better)
    older = change(row, 1, change=0.249, after=1.249)
    shows = Amount(share=0.02, step=0.02, unit="s")
    for word in ("fail", "improved", "suspect", "ok"):
        said = Verdict(Word(word), older, shows, 4)
        one = benchmark(row)
        found = row_of(context(one, verdicts={row.series_id: said}), one, row)
        assert found.change_tone == tone, word


def test_a_change_that_its_series_could_not_show_has_no_colour():
    one = benchmark(series([1.0, 1.0, 1.0, 1.01]))
    for shows in (Amount(share=0.02, step=0.02, unit="s"), Amount(points=4, points_needed=8)):
        said = Verdict(Word.OK, Absent(Word.OK, ""), shows, 4)
        (row,) = one.series
        found = row_of(context(one, verdicts={row.series_id: said}), one, row)
        assert found.change_tone == "calm"


def test_a_verdict_beside_another_change_names_the_step_it_is_about():
    row = series([1.0, 1.0, 1.0, 0.64])
    older = change(row, 1, change=0.249, after=1.249)
    said = Verdict(Word.FAIL, older, Amount(share=0.02, step=0.02, unit="s"), 4)
    found = context(benchmark(row), verdicts={row.series_id: said})
    cells = page(found, "suites/micro").partition("<tbody>")[2].split("<td")
    assert "fail</span>" in cells[1]
    assert f"step of +24.9\N{NO-BREAK SPACE}% at {older.commit[:9]}" in cells[1]
    assert f'<a href="../../{addresses.change(older.episode)}">' in cells[1]
    assert '<span class="t-good">−36.0\N{NO-BREAK SPACE}%</span>' in cells[3]


def test_every_table_says_in_its_head_what_its_change_is():
    row = series([1.0, 1.0, 1.2])
    found = context(benchmark(row), changes=(change(row, 2),))
    for path, words in (
        ("suites/micro", "newest against the median before"),
        (
            "regressions",
            "of the level, 95\N{NO-BREAK SPACE}% interval;<br>of many series their range",
        ),
        (addresses.run(found.view.runs[-1].run_id), "against the baseline"),
        (addresses.run(found.view.runs[0].run_id), "against the baseline"),
    ):
        assert f"Change<br><small>{words}</small></th>" in page(found, path)


def test_a_series_with_too_few_points_says_how_many_of_how_many_everywhere():
    row = series([1.0, 1.2, 1.5])
    few = Amount(points=3, points_needed=8)
    said = Verdict(Word.NOT_ENOUGH_DATA, Power(3, 8, 10, UNKNOWN, few), few, 3)
    made = target(row, detectable=few)
    found = context(
        benchmark(row), sla=(made,), changes=(change(row, 2),), verdicts={row.series_id: said}
    )
    for path in ("", "suites/micro", "suites/micro/top_k", "sla", "regressions"):
        assert "3 of 8 points" in page(found, path), path
        assert "too few points to say" not in page(found, path)

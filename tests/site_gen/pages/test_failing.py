"""What was not measured is told before anything else, everywhere in the same way."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np

from history.judge.judge import judge_view
from history.project import config
from history.read.series import FAILED, INVALID, MEASURED, SKIPPED
from history.read.view import View
from site_gen.catalogue import catalogue
from site_gen.pages import failing, runs
from site_gen.pages.context import Context, SiteInfo
from site_gen.pages.registry import pages
from site_gen.writers.downloads import Downloads
from site_gen.writers.feed import feed
from tests.site_gen.builders import run, series
from tests.site_gen.rendering import renderer

METRICS = ("total_time", "forward_time", "load_time")


def night(tmp_path, *rows, nights=9):
    """A judged history of so many nights."""
    view = View(
        runs=tuple(run(place, sha=f"c{place:04}") for place in range(nights)),
        series=rows,
        environments={1: {}},
    )
    (tmp_path / "soundmark.toml").write_text("", encoding="utf-8")
    judged = judge_view(view, config.load(tmp_path / "soundmark.toml"))
    return Context(view, judged, catalogue(view.series, ()), SiteInfo("a project"))


def failed(nights, *, metric="total_time", code=FAILED, why="killed: out of memory", last=9):
    values = np.ones(last)
    values[last - nights :] = np.nan
    status = np.full(last, MEASURED)
    status[last - nights :] = code
    reasons = dict.fromkeys(range(last - nights, last), why)
    return series(values, metric=metric, status=status, reasons=reasons)


def page(context, path):
    found = next(one for one in pages(context, {}, Downloads((), ())) if one.path == path)
    return renderer(context).page(found)


def test_a_benchmark_that_was_killed_in_the_newest_run_is_one_line_with_all_its_series(tmp_path):
    context = night(tmp_path, *(failed(1, metric=name) for name in METRICS))
    found = failing.now(context)
    (one,) = found.new
    assert (found.new_series, found.still) == (3, ())
    assert (one.status, one.series[0].key.metric) == ("failed", "total_time")


def test_newly_failing_is_the_first_block_of_every_page_that_tells_news(tmp_path):
    context = night(tmp_path, *(failed(1, metric=name) for name in METRICS))
    newest = context.view.runs[-1].commit.sha
    for path in ("", f"commits/{newest}", "runs"):
        body = page(context, path)
        first = body.index("<h2>")
        assert body[first:].startswith("<h2>Newly failing <small>3 series</small></h2>"), path
        assert "killed: out of memory" in body
        assert "fails for the first time at" in body
    before = context.view.runs[-2].commit.sha
    assert "ailing" not in page(context, f"commits/{before}")


def test_what_fails_for_the_seventh_night_says_so_and_since_when(tmp_path):
    context = night(tmp_path, failed(7))
    since = context.view.runs[2].commit.sha
    for path in ("", "runs"):
        body = page(context, path)
        assert "<h2>Newly failing" not in body
        assert f"fails since {since}, 7 nights" in body
    assert f"fails since {since}, 7 nights" in feed(context)


def test_the_commit_that_broke_it_tells_it_as_new_for_ever(tmp_path):
    context = night(tmp_path, failed(7))
    _, commits = runs.build(context)
    assert [bool(one.failing.new) for one in commits] == [place == 2 for place in range(9)]
    assert [len(one.failing.still) for one in commits] == [0] * 3 + [1] * 6


def test_invalid_and_skipped_after_a_measurement_are_news_and_never_run_is_not(tmp_path):
    invalid = failed(1, code=INVALID, why="the output was empty")
    lost = failed(1, metric="forward_time", code=SKIPPED, why="no model")
    never = failed(9, metric="load_time", code=SKIPPED, why="needs a GPU")
    found = failing.now(night(tmp_path, invalid, lost, never))
    assert [one.status for one in found.new] == ["invalid", "missing"]
    assert not found.still


def test_a_failure_is_the_first_entry_of_the_feed_and_keeps_its_name(tmp_path):
    atom = "{http://www.w3.org/2005/Atom}"

    def entry(nights, last):
        text = feed(night(tmp_path, failed(nights, last=last), nights=last))
        (found,) = ET.fromstring(text).findall(f"{atom}entry")  # noqa: S314 - our own text
        return [found.findtext(f"{atom}{name}") or "" for name in ("id", "title")]

    (first, told), (later, told_later) = entry(1, 9), entry(2, 10)
    assert first == later
    assert told.startswith("newly failing, failed: micro.top_k on bench")
    assert told_later.startswith("still failing, failed: micro.top_k on bench")


def test_a_failed_row_names_the_commit_of_the_last_value_and_never_the_newest_one(tmp_path):
    context = night(tmp_path, failed(2))
    last, newest = (context.view.runs[place].commit.sha for place in (6, 8))
    for path in ("suites/micro", "suites/micro/top_k"):
        body = page(context, path)
        row = body[body.rindex('<tr data-machine="bench"') :]
        cells = row[: row.index("</tr>")].split("<td")
        value = next(cell for cell in cells if 'data-v="nan"' in cell)
        assert "failed" in value
        assert "killed: out of memory" in value
        assert "last 1.00 s at" in value
        assert last in value
        assert newest not in value
        assert newest in cells[-1]


def test_the_newest_run_has_the_date_of_the_run_and_not_of_its_commit(tmp_path):
    old = night(tmp_path, series([1.0]), nights=1)
    late = run(0, started_at=old.view.runs[0].started_at.replace(month=11, day=29))
    context = replace(old, view=replace(old.view, runs=(late,)))
    for path in ("", "suites/micro", "suites/micro/top_k"):
        assert "2026-11-29" in page(context, path), path
    assert "2026-03-01" not in page(context, "suites/micro")

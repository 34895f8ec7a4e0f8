"""Pages of runs and commits: everything measured, each number against its own baseline."""

import re

import duckdb
import numpy as np
import pytest

from history import addresses
from history.judge import baseline
from history.read.runs import Machine
from history.read.series import FAILED, MEASURED
from site_gen.pages import commit as commit_page
from site_gen.pages import run as run_page
from site_gen.pages import runs
from site_gen.pages.interface import Known
from site_gen.writers.downloads import Downloads
from tests.site_gen.builders import DAWN, benchmark, context, run, series, verdict
from tests.site_gen.looking import DESK_THEN_PHONE, visiting
from tests.site_gen.rendering import renderer


def test_every_run_is_held_against_what_came_before_it_as_a_threshold_is():
    row = series([1.0, 1.0, 2.0, 1.0, 1.1, 1.0])
    reports, _ = runs.build(context(benchmark(row)))
    told = [(one.numbers[0].baseline, one.numbers[0].change) for one in reports]
    assert told[0] == ("", "")
    assert told[2] == ("1.00 s", "+100.0 %")
    assert told[4] == ("1.00 s", "+10.0 %")  # not against the 2 s just before the last one
    assert told[3] == ("1.00 s", "0.0 %")


def test_the_baselines_of_many_points_are_those_of_each():
    made = np.random.default_rng(3)
    # For a long time nothing but another branch: then all the newest points judge nothing.
    tried = [n % 5 == 2 or 60 <= n < 150 for n in range(170)]
    of = [
        run(n, branch="try" if one else "main", sha=f"{n // 2:040x}") for n, one in enumerate(tried)
    ]
    values = 1 + made.random(170)
    status = np.where(made.random(170) < 0.2, FAILED, MEASURED)
    row = series(np.where(status == MEASURED, values, np.nan), status=status)
    view = context(benchmark(row), runs=of).view
    for place in (*range(40), *range(145, row.size)):
        (many,) = baseline.medians(view, int(row.runs[place]), [(row, place)])
        one = baseline.find(view, row, place, "median")
        assert many == one.value if one else np.isnan(many)


def test_a_later_night_leaves_the_words_about_an_older_run_alone():
    values = [1.0, 1.2, 1.1, 1.3]
    three, four = (runs.build(context(benchmark(series(values[:n]))))[0] for n in (3, 4))
    assert three[1].plain == four[1].plain
    assert three[1].plain is not None
    assert [one.change for one in three[1].numbers] == [one.change for one in four[1].numbers]


def test_runs_of_one_minute_stand_in_the_order_of_their_machines():
    of = [
        run(position, sha=f"{1:040x}", started_at=DAWN, machine=Machine(name, name))
        for position, name in enumerate("bca")
    ]
    found = context(benchmark(series([1.0, 1.0, 1.0])), runs=of)
    (page, *_) = runs.pages(Known(found, {}, Downloads((), ())))
    assert [one.machine.label for one in page.report] == ["a", "b", "c"]


def test_a_reason_that_many_have_is_said_once_with_their_number():
    rows = [
        series([np.nan], metric=name, status=[FAILED], series_id=name, reasons={0: "killed"})
        for name in ("total_time", "rtf", "peak_rss")
    ]
    found = context(benchmark(*rows), verdicts={one.series_id: verdict("fail") for one in rows})
    known = Known(found, {}, Downloads((), ()))
    of = found.view.runs[0]
    page = next(one for one in runs.pages(known) if one.path == addresses.run(of.run_id))
    text = renderer(found).page(page)
    assert text.count("killed") == 1
    assert "<b>3</b> killed" in text


def two_machines(*, again=False):
    """A commit that two machines measured, and the one after it; perhaps a run was repeated."""
    of = [
        run(0),
        run(1),
        run(2, sha=f"{2:040x}"),
        run(3, sha=f"{2:040x}" if again else f"{4:040x}"),
    ]
    rows = (
        series([1.0, 1.0, 1.3], runs=np.array([0, 1, 3])),
        series(
            [5.0, np.nan],
            runs=np.array([0, 2]),
            machine="other",
            status=[MEASURED, FAILED],
            series_id="other",
        ),
    )
    return context(benchmark(*rows), runs=of, verdicts={"other": verdict("fail")})


def test_the_page_of_a_commit_has_everything_that_was_measured_there_failures_first():
    _, commits = runs.build(two_machines())
    report = commits[1]
    assert [one.series.key.machine for one in report.numbers] == ["other", "bench"]
    assert [one.status for one in report.numbers] == ["failed", "measured"]
    assert (report.more, report.repeated, report.unlisted) == (0, 0, 0)


def test_a_series_that_was_measured_again_at_a_commit_stands_once_and_is_counted():
    _, commits = runs.build(two_machines(again=True))
    report = commits[1]
    assert [one.value for one in report.numbers if one.status == "measured"] == ["1.30 s"]
    assert report.repeated == 1


def test_what_has_no_room_on_the_page_of_a_commit_is_counted(monkeypatch):
    monkeypatch.setattr(commit_page, "MOST_ROWS", 1)
    found = two_machines()
    _, commits = runs.build(found)
    assert [one.status for one in commits[1].numbers] == ["failed"]
    assert commits[1].more == 1
    known = Known(found, {}, Downloads((), ()))
    path = addresses.commit(commits[1].commit.sha)
    page = next(one for one in runs.pages(known) if one.path == path)
    assert "1 more is on the pages of the runs" in renderer(found).page(page)


def test_what_has_no_room_on_the_page_of_a_run_is_counted_there_and_on_that_of_its_commit(
    monkeypatch,
):
    for module in (run_page, commit_page):
        monkeypatch.setattr(module, "MOST_ROWS", 1)
    found = two_machines()
    reports, _ = runs.build(found)
    long = next(one for one in reports if one.more)
    assert (len(long.numbers), long.more) == (1, len(long.points) - 1)
    known = Known(found, {}, Downloads((), ()))
    pages = {one.path: renderer(found).page(one) for one in runs.pages(known)}
    text = pages[addresses.run(long.run.run_id)]
    assert f"{long.more} more {'is' if long.more == 1 else 'are'} in the <a" in text
    assert text.count("<tr data-w=") == 1
    assert f'id="every" data-measured="{long.run.run_id}"' in text
    assert ", or in the <a" in pages[addresses.commit(long.run.commit.sha)]


def copied(page, place):
    """The line that prints the samples, as somebody who copies it has it."""
    page.locator("#samples summary").click()
    return place(page.locator("#samples pre code, #samples pre").first.inner_text())


@pytest.mark.browser
@pytest.mark.parametrize("viewport", DESK_THEN_PHONE)
def test_a_commit_is_filtered_by_suite_verdict_and_machine(browser, address, demo, viewport):
    with visiting(browser, address, "runs/", viewport=viewport) as page:
        newest = page.locator("table[data-sort] tbody tr", has_text="runner-4c").first
        newest.locator("td a[href*='commits/']").click()
        page.wait_for_url(re.compile("/commits/"))
        page.wait_for_selector("[data-tools]:not([hidden])")
        rows = page.locator("#all tbody tr")
        facts = rows.evaluate_all("all => all.map((one) => ({...one.dataset}))")
        asks = [one["verdict"] in {"failed", "fail"} for one in facts]
        assert any(asks)
        assert asks == sorted(asks, reverse=True)
        assert len({one["machine"] for one in facts}) > 1
        suite, machine = "micro", "runner-4c"
        page.select_option('[data-by="suite"]', suite)
        page.select_option('[data-by="machine"]', machine)
        left = page.locator("#all tbody tr:not([hidden])")
        wanted = [one for one in facts if (one["suite"], one["machine"]) == (suite, machine)]
        assert left.count() == len(wanted) > 0
        assert re.search(r"[+−]\d|0\.0 %", left.first.inner_text())
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        line = copied(page, lambda text: text.replace("Copy", "").strip())
    query = re.search(r'-c "(.*)"', line)[1]
    query = re.sub(r"'http[^']*/(data/[^']*)'", rf"'{demo.out}/\1'", query)
    found = duckdb.sql(query).fetchall()
    assert len(found) >= len([one for one in facts if one["verdict"] != "failed"]) // 2
    assert all(len(row[-1]) > 1 for row in found)


LISTED = """(all) => all.map((one) => ({
    text: one.dataset.text,
    value: one.cells[2].innerText,
    change: one.cells[3].innerText,
    samples: one.cells[4].innerText,
}))"""


OPENED = "document.querySelectorAll('#all details').forEach((fold) => { fold.open = true; })"
"""What is folded away is read without its lines."""


def percents(text):
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    return float(text.removesuffix(" %").replace("−", "-")) if text.endswith(" %") else text


@pytest.mark.browser
def test_numbers_that_are_listed_when_asked_for_are_those_that_pages_list(browser, address):
    with visiting(browser, address, "runs/") as page:
        row = page.locator("table[data-sort] tbody tr", has_text="runner-4c").nth(3)
        row.locator("th a").click()
        page.wait_for_url(re.compile("/runs/[0-9a-f]+/"))
        page.wait_for_selector("#all tbody tr")  # the address may be there before the page is
        page.evaluate(OPENED)
        written = page.locator("#all tbody tr").evaluate_all(LISTED)
        run_id = page.url.rstrip("/").rpartition("/")[2]
        page.evaluate(
            """(id) => {
                document.querySelector("#all").outerHTML =
                    `<section id="all" data-measured="${id}"><p></p></section>`;
                window.soundmark.start();
            }""",
            run_id,
        )
        page.get_by_role("button", name="List them here").click()
        page.wait_for_selector('[data-measured][data-ready="1"]')
        page.evaluate(OPENED)
        listed = page.locator("#all tbody tr").evaluate_all(LISTED)
        assert page.locator("#all [data-shown]").inner_text() == f"{len(written)} of {len(written)}"
    written, listed = ({one["text"]: one for one in rows} for rows in (written, listed))
    assert len(listed) > 30
    assert listed.keys() == written.keys()
    for text, one in listed.items():
        assert one["value"].split("\n")[:2] == written[text]["value"].rstrip().split("\n")[:2]
        assert one["samples"] == written[text]["samples"]
        # What charts load has fewer digits, so the last one of a change may differ.
        changes = percents(one["change"]), percents(written[text]["change"])
        assert changes[0] == pytest.approx(changes[1], abs=0.101)


def test_a_page_without_numbers_says_where_they_are(monkeypatch):
    monkeypatch.setattr(runs, "FULL_RUNS", 1)
    found = context(benchmark(series([1.0, 1.2, 1.1])))
    known = Known(found, {}, Downloads((), ()))
    pages = {one.path: renderer(found).page(one) for one in runs.pages(known)}
    oldest = found.view.runs[0]
    for path, of in (
        (addresses.run(oldest.run_id), oldest.run_id),
        (addresses.commit(oldest.commit.sha), oldest.commit.sha),
    ):
        assert f'data-measured="{of}"' in pages[path]
        assert "on the pages of the benchmarks" in pages[path]

"""What a reader must be able to do, in a browser, on a desk and on a phone."""

import re

import pytest

from tests.site_gen.looking import DESK, DESK_THEN_PHONE, PHONE, READY, until, visiting

pytestmark = pytest.mark.browser
on_both = pytest.mark.parametrize("viewport", DESK_THEN_PHONE)


ASKING = {"failed", "fail", "invalid", "missing", "regression", "suspect", "drift", "warn"}


def bottom(place):
    """Where something ends, in pixels below the top of the page."""
    box = place.bounding_box()
    return box["y"] + box["height"]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_morning_is_read_without_scrolling(browser, address, demo, viewport):
    with visiting(browser, address, "", viewport=viewport) as page:
        news = page.locator(".sm-morning")
        assert bottom(news) <= viewport["height"]
        lines = news.locator("dl > div")
        told = dict(zip(lines.locator("dt").all_inner_texts(), lines.all(), strict=True))
        failing = next(line for title, line in told.items() if "Newly failing" in title)
        assert "whisper.transcribe" in failing.inner_text()
        with demo.workspace.reading() as connection:
            rows = connection.execute(
                "select label, strftime(max(started_at), '%Y-%m-%d %H:%M') from runs"
                " join machines using (machine_key) where label in ('runner-4c', 'bench-h200')"
                " group by label"
            ).fetchall()
        runs = next(line for title, line in told.items() if "Newest runs" in title)
        assert len(rows) == 2
        for machine, started in rows:
            assert f"{machine} {started} UTC" in " ".join(runs.inner_text().split())
        for link in news.locator("a").all():
            path, _, anchor = link.get_attribute("href").partition("#")
            if not path:
                assert page.locator(f'[id="{anchor}"]').is_visible()


@on_both
def test_each_line_of_the_morning_leads_to_its_rows(browser, address, viewport):
    with visiting(browser, address, "", viewport=viewport) as page:
        hrefs = page.locator(".sm-morning a").evaluate_all("all => all.map((one) => one.href)")
        assert len(hrefs) > 3
        for href in dict.fromkeys(one for one in hrefs if "?" not in one):
            page.goto(href)
            anchor = href.partition("#")[2]
            if anchor:
                page.locator(f'[id="{anchor}"]').wait_for()
            else:
                page.locator("main h1").first.wait_for()


@on_both
def test_what_can_never_run_is_one_line_behind_a_fold(browser, address, viewport):
    with visiting(browser, address, "", viewport=viewport) as page:
        fold = page.locator("details:has-text('never run here')").first
        assert fold.bounding_box()["height"] < 40
        assert not fold.locator("a").is_visible()
        fold.locator("summary").click()
        assert fold.locator("a").is_visible()


@on_both
def test_an_event_says_in_words_what_happened_and_shows_the_runs_on_both_sides(
    browser, address, demo, viewport
):
    expect = pytest.importorskip("playwright.sync_api").expect
    with visiting(browser, address, "events/", viewport=viewport) as page:
        page.locator(".sm-notes a[href*='events/']").first.click()
        page.wait_for_url(re.compile("/events/[0-9a-f]{12}/"))
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        told = page.locator(".sm-told li").first.inner_text()
        assert re.search(r"from .+ to .+, seen in \d+ runs? since", told)
        rule = page.locator(".sm-why p.sm-sub").first
        expect(rule).to_be_hidden()
        page.locator(".sm-why summary").first.click()
        expect(rule).to_be_visible()
        panel = page.locator(".sm-sides").first
        assert panel.locator("svg").bounding_box()["height"] > 100
        panel.locator("summary").click()
        rows = panel.locator("tbody tr")
        sides = [row.locator("td").first.inner_text().split()[-1] for row in rows.all()]
        assert sides == sorted(sides, key=["before", "after"].index)
        assert set(sides) == {"before", "after"}
        event = page.url.rstrip("/").rpartition("/")[2]
        assert f'event = "{event}"' in page.locator("#triage .sm-code").inner_text()
        assert page.locator("#environment").is_visible()


@on_both
def test_regressions_are_filtered_and_the_address_keeps_the_filter(browser, address, viewport):
    with visiting(browser, address, "regressions/", viewport=viewport) as page:
        events = page.locator(".sm-folded > tbody")
        every = events.count()
        page.select_option('[data-by="machine"]', "runner-4c")
        page.select_option('[data-by="status"]', "confirmed")
        left = page.locator(".sm-folded > tbody:not([hidden])")
        facts = left.evaluate_all("all => all.map((one) => ({...one.dataset}))")
        assert 0 < len(facts) < every
        assert {one["machine"] for one in facts} == {"runner-4c"}
        assert all("confirmed" in one["status"].split("|") for one in facts)
        assert page.locator("[data-shown]").inner_text() == f"{len(facts)} of {every}"
        assert all(one.is_visible() for one in left.all())  # folds of matching events are open
        link = page.url
    with visiting(browser, address, link.removeprefix(address), viewport=viewport) as page:
        page.wait_for_selector("[data-tools]:not([hidden])")
        assert page.input_value('[data-by="machine"]') == "runner-4c"
        assert page.locator("[data-shown]").inner_text() == f"{len(facts)} of {every}"
        ages = [int(one["age"]) for one in facts]
        assert any(age > 7 for age in ages)
        page.select_option('[data-by="age"]', "7")
        few = sum(age <= 7 for age in ages)
        assert page.locator("[data-shown]").inner_text() == f"{few} of {every}"


@on_both
def test_an_event_of_the_list_opens_to_its_series(browser, address, viewport):
    with visiting(browser, address, "regressions/", viewport=viewport) as page:
        first = page.locator(".sm-folded > tbody").first
        row = first.locator(".sm-fold .sm-changes tbody tr").first
        assert not row.is_visible()
        first.locator(".sm-fold > td > details > summary").click()
        assert row.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        heads = page.locator(".sm-folded thead").all_text_contents()
        assert len(set(heads)) == 1  # the same columns in every table


@on_both
def test_the_list_of_regressions_is_short(browser, address, viewport):
    with visiting(browser, address, "regressions/", viewport=viewport) as page:
        assert page.evaluate("document.documentElement.scrollHeight") < 5000


def newest_run(page, address):
    """Open the newest run from the list of runs."""
    page.goto(f"{address}runs/?branch=")  # the newest of all branches
    page.locator("tbody th a[href*='runs/']").first.click()
    page.wait_for_url(re.compile("/runs/[0-9a-f]{32}/"))


@on_both
def test_a_run_tells_what_asks_for_somebody_first_and_is_filtered(browser, address, viewport):
    with visiting(browser, address, "runs/", viewport=viewport) as page:
        newest_run(page, address)
        rows = page.locator("#all tbody tr")
        rows.first.wait_for(state="attached")  # the address may be there before the page is
        verdicts = rows.evaluate_all("all => all.map((one) => one.dataset.verdict)")
        asks = [word in ASKING for word in verdicts]
        assert any(asks)
        assert asks == sorted(asks, reverse=True)
        word = verdicts[0]
        page.select_option('[data-by="verdict"]', word)
        left = page.locator("#all tbody tr:not([hidden])")
        assert left.count() == verdicts.count(word)
        suite = left.first.get_attribute("data-suite")
        page.select_option('[data-by="suite"]', suite)
        facts = left.evaluate_all("all => all.map((one) => ({...one.dataset}))")
        assert {(one["verdict"], one["suite"]) for one in facts} == {(word, suite)}
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@on_both
def test_the_list_of_runs_gives_each_a_verdict(browser, address, viewport):
    with visiting(browser, address, "runs/", viewport=viewport) as page:
        rows = page.locator("table[data-sort] tbody tr")
        told = rows.evaluate_all("all => all.map((one) => one.cells[1].textContent.trim())")
        assert len(told) > 20
        assert all(told)
        assert any("failed" in one for one in told)
        assert any("nothing new" in one for one in told)


@on_both
def test_two_machines_stand_side_by_side(browser, address, viewport):
    with visiting(browser, address, "compare/", viewport=viewport) as page:
        page.wait_for_selector("[data-pick]:not([hidden])")
        page.select_option("[data-pick-suite]", "micro")
        page.select_option("[data-pick-machine]", "bench-h200")
        page.wait_for_selector('[data-pick][data-ready="1"]')
        page.select_option("[data-pick-machine-to]", "runner-4c")
        page.wait_for_selector('[data-pick][data-ready="1"]')
        told = page.locator("[data-pick-said]").inner_text()
        rows = page.locator("[data-pick-table] tbody tr")
        assert told.startswith(f"{rows.count()} line")
        assert "on2=runner-4c" in page.url
        cells = rows.first.locator("td")
        sides = [cells.nth(place).inner_text() for place in (0, 1)]
        assert sides[0] != sides[1]
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@on_both
def test_comparing_is_short_and_opens_to_a_picture_of_each_benchmark_with_utterances(
    browser, address, viewport
):
    with visiting(browser, address, "compare/", viewport=viewport) as page:
        assert page.evaluate("document.documentElement.scrollHeight") < 3000
        page.locator("#items summary").first.click()
        pictures = page.locator("#items svg")
        assert pictures.count() >= 2
        box = pictures.first.bounding_box()
        assert box["height"] > 100
        assert "utterance-04" in page.locator("#items").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@on_both
def test_a_range_of_a_metric_is_followed_and_back_leads_out_of_it(
    browser, address, trend_page, viewport
):
    with visiting(browser, address, trend_page, viewport=viewport) as page:
        page.wait_for_selector(READY)
        page.locator('[data-chart="trend"]').press("+")
        page.wait_for_url("**r=**")
        page.wait_for_selector(READY)
        page.go_back()
        until(page, "!new URL(location.href).searchParams.has('r')")
        assert trend_page in page.url


@on_both
def test_golden_targets_are_counted_and_the_commit_that_broke_one_is_named(
    browser, address, viewport
):
    with visiting(browser, address, "golden/", viewport=viewport) as page:
        assert re.search(r"\d+ of \d+ held", page.locator("main").inner_text())
        broken = page.locator("tbody tr", has_text="First token time")
        broken.locator("td").last.locator("a[href*='commits/']").click()
        page.wait_for_url(re.compile("/commits/"))


@on_both
def test_two_commits_that_were_measured_in_turn_have_a_verdict(browser, address, viewport):
    with visiting(browser, address, "duets/", viewport=viewport) as page:
        told = page.locator("main section").first
        assert "2 regressions" in told.locator("h2").inner_text()
        assert told.locator("tbody tr", has_text="regression").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


@on_both
def test_a_long_list_of_numbers_opens_with_what_asks_for_somebody(browser, address, viewport):
    with visiting(browser, address, "runs/", viewport=viewport) as page:
        row = page.locator("table[data-sort] tbody tr", has_text="runner-4c").first
        row.locator("th a").click()
        page.wait_for_url(re.compile("/runs/[0-9a-f]{32}/"))
        rest = page.locator("#all details[data-rest]")
        assert not rest.locator("tbody tr").first.is_visible()
        page.fill("[data-filter]", "viterbi")
        page.locator("#all tbody tr:not([hidden])", has_text="viterbi").last.wait_for()
        assert rest.get_attribute("open") is not None
        assert page.evaluate("document.documentElement.scrollHeight") < 9000

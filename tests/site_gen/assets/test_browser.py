import math
import re
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest

from history.report.wording import numbers
from tests.site_gen.looking import DESK, PATIENCE_MS, PHONE, READY, until, visiting
from tests.waiting import wait_for

pytestmark = pytest.mark.browser


def colours(page):
    """How many different colours the first chart has: 1 when nothing was drawn."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector('[data-chart="trend"] canvas');
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          const seen = new Set();
          for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] > 200) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
          return seen.size;
        }"""
    )


def test_every_chart_of_a_benchmark_is_drawn(browser, address, trend_page):
    with visiting(browser, address, trend_page) as page:
        page.wait_for_selector(READY)
        assert page.locator(".sm-drawn").count() == 4  # trend, two breakdowns, samples
        assert colours(page) > 20


def test_the_cursor_names_commit_and_values(browser, address, trend_page):
    with visiting(browser, address, trend_page) as page:
        page.wait_for_selector(READY)
        page.locator('[data-chart="trend"]').focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        tip = page.locator(".sm-tip").inner_text()
        assert "onnxruntime" in tip
        assert "95 %" in tip
        assert "n = 15" in tip
        page.keyboard.press("Enter")
        page.wait_for_url("**/runs/**")


def test_what_is_chosen_stands_in_the_address_and_comes_back(browser, address, trend_page):
    with visiting(browser, address, trend_page) as page:
        page.wait_for_selector(READY)
        page.select_option('[data-set="m"]', "peak_rss")
        page.wait_for_selector(READY)
        page.click('[data-toggle="log"]')
        page.wait_for_selector(READY)
        page.locator('[data-chart="trend"]').press("+")
        page.wait_for_selector(READY)
        query = parse_qs(urlsplit(page.url).query)
        assert query["m"] == ["peak_rss"]
        assert query["log"] == ["1"]
        assert ".." in query["r"][0]
        link = page.url
        words = page.locator("[data-latest] caption").inner_text()
    with visiting(browser, address, link.removeprefix(address)) as page:
        page.wait_for_selector(READY)
        assert page.input_value('[data-set="m"]') == "peak_rss"
        assert page.get_attribute('[data-toggle="log"]', "aria-pressed") == "true"
        assert page.locator("[data-latest] caption").inner_text() == words
        assert "MB" in page.locator("[data-title]").inner_text()


def test_dragging_over_the_chart_zooms(browser, address, trend_page):
    with visiting(browser, address, trend_page) as page:
        page.wait_for_selector(READY)
        box = page.locator(".sm-canvas").first.bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 100)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 120, steps=5)
        page.mouse.up()
        page.wait_for_url("**r=**")
        page.wait_for_selector(READY)
        assert ".." in parse_qs(urlsplit(page.url).query)["r"][0]


def test_dark_mode_redraws_the_charts(browser, address, trend_page):
    with visiting(browser, address, trend_page, color_scheme="dark") as page:
        page.wait_for_selector(READY)
        assert page.get_attribute("body", "data-md-color-scheme") == "slate"
        dark = page.locator('[data-chart="trend"] canvas').screenshot()
        page.evaluate("document.body.setAttribute('data-md-color-scheme', 'default')")
        page.wait_for_selector(f"{READY}", state="attached")
        wait_for(lambda: page.locator('[data-chart="trend"] canvas').screenshot() != dark)


OF_THE_SITE = (
    *("", "suites/micro/", "suites/tts/", "sla/", "regressions/", "events/"),
    *("compare/", "memory/", "runs/", "data/"),
)


def cut_off(page):
    """How many labels, and how many pixels of the page, lie beside the screen."""
    labels = page.evaluate(
        """() => [...document.querySelectorAll('.sm .sm-pill')].filter((one) => {
          const box = one.getBoundingClientRect();
          return box.width && (box.right > innerWidth || box.left < 0);
        }).length"""
    )
    wide = page.evaluate("document.documentElement.scrollWidth")
    return labels, max(0, wide - PHONE["width"])


def test_nothing_is_cut_off_on_a_phone(browser, address, trend_page):
    with visiting(browser, address, trend_page, viewport=PHONE) as page:
        page.wait_for_selector(READY)
        found = {trend_page: cut_off(page)}
        for path in OF_THE_SITE:
            page.goto(address + path)
            found[path] = cut_off(page)
    assert {path: cut for path, cut in found.items() if cut != (0, 0)} == {}


@pytest.mark.parametrize("viewport", [DESK, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_event_opens_to_all_its_changes_without_scripts(browser, address, viewport, scheme):
    facts = {"java_script_enabled": False, "color_scheme": scheme, "viewport": viewport}
    with visiting(browser, address, "regressions/", **facts) as page:
        head = page.locator(".sm-event").first
        assert head.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        head.locator("a").first.click()
        page.wait_for_url("**/events/**")
        assert page.locator(".sm-changes tbody tr:not(.sm-why)").count() >= 1
        assert "event = " in page.locator(".sm-code").first.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_a_link_to_a_change_leads_to_its_event(browser, address):
    with visiting(browser, address, "regressions/") as page:
        names = page.evaluate(
            "[...document.querySelectorAll('.sm-events [id]')].map((one) => one.id)"
        )
        assert len(names) == len(set(names))
        page.goto(f"{address}regressions/#{names[-1]}")
        top = page.locator(f'[id="{names[-1]}"]').evaluate("one => one.getBoundingClientRect().top")
        assert 0 <= top < DESK["height"]


def test_without_scripts_there_are_tables_and_drawings(browser, address, trend_page):
    with visiting(browser, address, trend_page, java_script_enabled=False) as page:
        assert page.locator('[data-chart="trend"] svg.sm-svg').bounding_box()["height"] > 200
        assert page.locator("[data-latest] tbody tr").count() == 12
        assert not page.locator("[data-tools]").is_visible()
        assert page.locator("select").count() > 0  # there, but hidden: it would do nothing


def test_a_suite_is_filtered_and_sorted(browser, address):
    with visiting(browser, address, "suites/micro/") as page:
        page.fill("[data-filter]", "resample rust")
        assert page.locator("[data-shown]").inner_text() == "4 of 54"
        assert "q=resample+rust" in page.url
        page.select_option("[data-machines]", "runner-4c")
        assert page.locator("[data-shown]").inner_text() == "2 of 54"
        page.click("th:has-text('Latest')")
        rows = page.locator("tbody tr:not([hidden]) th").all_inner_texts()
        assert "2" in rows[0].split("\n")[0]  # two seconds are faster than ten
        page.click("th:has-text('Latest')")
        assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"


def test_pages_change_without_a_reload_and_leave_nothing_behind(browser, address, demo):
    names = sorted(path.name for path in (demo.out / "suites/micro").iterdir() if path.is_dir())
    with visiting(browser, address, "suites/micro/") as page:
        page.wait_for_load_state("networkidle")  # the theme reads the site map first
        page.evaluate("window.soundmarkHere = 1")
        for name in names[:4]:
            page.locator(f'a[href*="{name}"]').first.click()
            page.wait_for_selector(READY)
            assert page.locator(".sm-canvas").count() == 2
            assert page.evaluate("window.soundmarkHere") == 1
            page.go_back()
            page.wait_for_selector("[data-filter]")
        until(page, "window.soundmarkViews() === 0")


def at_commits(workspace, machine, commits):
    """(benchmark, variant) of micro to its values at these commits."""
    with workspace.reading() as connection:
        rows = connection.execute(
            "select benchmark, params, variant, commit_sha, value from trend where suite = 'micro'"
            " and metric = 'operation_time' and machine = $machine and status = 'measured'"
            " order by all",
            {"machine": machine},
        ).fetchall()
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    for benchmark, params, variant, sha, value in rows:
        if sha in commits:
            found.setdefault((benchmark, params, variant), {})[sha] = value
    return [tuple(one[sha] for sha in commits) for one in found.values() if len(one) == 2]


def test_scripts_write_numbers_as_pages_do(browser, address):
    values = [0.0123, 9.9999, 999.7, 18508, -0.0021, 1.2e-7, -3.4e-9, 1.2e9, 0, 12345.6, 1e-4, 1e-5]
    shares = [0.034, -0.19, -0.00001, 0, 120.5]
    with visiting(browser, address, "") as page:
        shown = page.evaluate("(all) => all.map(window.soundmark.digits)", values)
        changes = page.evaluate("(all) => all.map(window.soundmark.percent)", shares)
        amounts = page.evaluate(
            "(all) => all.map((one) => window.soundmark.amount(...one))",
            [[12, "count"], [0.19, "x"], [90, "B"], [4.5, "ms"]],
        )
    assert shown == list(map(numbers.number, values))
    assert changes == list(map(numbers.signed, shares))
    assert amounts == ["12", "0.190×", "90 B", "4.50 ms"]


def test_any_two_commits_stand_side_by_side(browser, address, demo):
    with visiting(browser, address, "compare/") as page:
        page.wait_for_selector("[data-pick]:not([hidden])")
        assert "This table does no test." in page.locator("[data-pick]").inner_text()
        assert not [one for one in page.soundmark_asked if "/data/series/" in one]
        page.select_option("[data-pick-suite]", "micro")
        page.select_option("[data-pick-machine]", "runner-4c")
        page.wait_for_selector('[data-pick][data-ready="1"]')
        page.select_option("[data-pick-from]", index=9)
        page.wait_for_selector('[data-pick][data-ready="1"]')
        chosen = [page.input_value(f"[data-pick-{side}]") for side in ("from", "to")]
        values = at_commits(demo.workspace, "runner-4c", chosen)
        assert page.locator("[data-pick-said]").inner_text().startswith(f"{len(values)} lines were")
        told = page.locator('[data-pick-table] td[data-l="ratio"]').all_inner_texts()
        ratios = [float(cell.split()[0].removesuffix("×")) for cell in told]
        assert sorted(ratios) == pytest.approx(sorted(b / a for a, b in values), abs=6e-3)
        sizes = [abs(math.log(one)) for one in ratios]  # of two decimals
        assert all(one > other - 0.02 for one, other in pairwise(sizes))
        link, words = page.url, page.locator("[data-pick-table] tbody").inner_text()
    with visiting(browser, address, link.removeprefix(address)) as page:
        page.wait_for_selector('[data-pick][data-ready="1"]')
        assert page.locator("[data-pick-table] tbody").inner_text() == words


def test_growth_of_memory_near_zero_has_no_ratio_between_two_commits(browser, address):
    with visiting(browser, address, "compare/") as page:
        page.wait_for_selector("[data-pick]:not([hidden])")
        page.select_option("[data-pick-machine]", "runner-4c")
        page.select_option("[data-pick-suite]", "lifecycle")
        page.select_option("[data-pick-metrics]", "1")
        rows = page.locator("[data-pick-table] tbody tr")
        small = rows.filter(has_text="Rss growth naive · reuse")
        small.wait_for()
        assert small.locator('td[data-l="ratio"]').all_inner_texts() == ["–"]
        large = rows.filter(has_text="Resident memory · reuse")
        assert large.locator('td[data-l="ratio"]').inner_text().startswith("1.0")


def test_without_scripts_no_commits_are_offered_to_pick(browser, address):
    with visiting(browser, address, "compare/", java_script_enabled=False) as page:
        assert not page.locator("[data-pick]").is_visible()
        assert page.locator("section:visible").count() > 1


def test_hostile_names_do_nothing(browser, address, demo):
    folder = next(path for path in (demo.out / "suites").iterdir() if "pwned" in path.name)
    first = min(path.name for path in folder.iterdir() if path.is_dir())
    suite = f"suites/{folder.name}/"
    with visiting(browser, address, "") as page:
        for path in ("", suite, f"{suite}{first}/", "machines/"):
            page.goto(address + path)
            if page.locator("[data-page]").count():
                page.wait_for_selector(READY)
                page.locator('[data-chart="trend"]').press("ArrowLeft")
            assert page.evaluate("window.pwned") is None


def test_an_old_history_turns_red(browser, address):
    def age(route):
        text = route.fetch().text().replace(" data-frozen", "")
        route.fulfill(body=re.sub(r'datetime="[^"]+"', 'datetime="2020-01-01T00:00:00Z"', text))

    context = browser.new_context()
    page = context.new_page()
    page.route(address, age)
    page.goto(address)
    lines = page.locator(".sm-fresh[data-stale]").all()
    assert len(lines) > 1  # one for each machine
    for line in lines:
        assert "sm-stale" in line.get_attribute("class")
        assert "stale, no newer run has arrived" in line.inner_text()
    context.close()


@pytest.mark.parametrize(("path", "label"), [("sla/", "margin"), ("compare/", "ratio")])
def test_on_a_phone_the_numbers_of_neighbouring_rows_stand_below_each_other(
    browser, address, path, label
):
    with visiting(browser, address, path, viewport=PHONE) as page:
        cells = page.locator(f'.sm-table:not([data-pick-table]) tbody td[data-l="{label}"]')
        places = cells.evaluate_all("all => all.map((one) => one.getBoundingClientRect().left)")
        assert len(places) > 10
        assert len({round(place) for place in places}) == 1


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_commit_that_broke_a_target_is_named_in_one_line(browser, address, viewport):
    with visiting(browser, address, "sla/", viewport=viewport) as page:
        named = page.locator('td[data-l="broken by"] .sm-sha').all()
        assert named
        for told in named:
            assert told.is_visible()
            assert len(told.evaluate("(one) => [...one.getClientRects()]")) == 1


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_nothing_that_is_written_in_a_chart_is_cut_off(browser, address, trend_page, viewport):
    # A rim of the canvas in which something is drawn is where a word was cut.
    with visiting(browser, address, trend_page, viewport=viewport) as page:
        page.wait_for_selector(READY)
        drawn = page.evaluate(
            """() => {
              const canvas = document.querySelector('[data-chart="trend"] canvas');
              const ratio = canvas.width / canvas.clientWidth, foot = Math.round(24 * ratio);
              const data = canvas.getContext('2d').getImageData(
                canvas.width - 1, canvas.height - foot, 1, foot).data;
              return data.filter((one, place) => place % 4 === 3 && one > 0).length;
            }"""
        )
        assert drawn == 0


@pytest.mark.parametrize("scripts", [True, False])
def test_a_count_leaves_exactly_the_rows_it_counts(browser, address, demo, scripts):
    expect = pytest.importorskip("playwright.sync_api").expect
    expect.set_options(timeout=PATIENCE_MS)
    found = (
        f"runs/{folder.name}/"
        for folder in sorted((demo.out / "runs").iterdir())
        if folder.is_dir() and 'href="#only-' in (folder / "index.html").read_text("utf-8")
    )
    for path in (next(found), "sla/"):
        with visiting(browser, address, path, java_script_enabled=scripts) as page:
            links = page.locator('a[href*="#only-"]').all()
            assert links
            for link in links:
                link.click()
                number = int(re.search(r"\d+", link.inner_text())[0])
                shown = page.locator("tr[data-w]:visible")
                expect(shown).to_have_count(number)
                assert len({row.get_attribute("data-w") for row in shown.all()}) == 1
            page.locator(".sm-only:visible a").click()
            every = page.locator("tr[data-w]").count()
            expect(page.locator("tr[data-w]:visible")).to_have_count(every)

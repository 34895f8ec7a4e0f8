"""What a reader does with the chart of a benchmark: zoom, go back, tap, overlay, copy."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.site_gen.looking import DESK, DESK_THEN_PHONE, PHONE, READY, until, visiting

pytestmark = pytest.mark.browser

EVERY = "The newest 12 runs in view"


@pytest.fixture(params=DESK_THEN_PHONE)
def chart(request, browser, address, trend_page):
    """The page of a benchmark with its chart drawn, on a desk and on a phone."""
    with visiting(browser, address, trend_page, viewport=request.param) as page:
        page.wait_for_selector(READY)
        yield page


def query(page):
    return parse_qs(urlsplit(page.url).query)


def press(page, selector):
    page.click(selector)
    page.wait_for_selector(READY)


def drag(page, selector, start, end):
    """Over an element, from one share of its width to another."""
    box = in_view(page, selector)
    middle = box["y"] + min(box["height"] / 2, 100)
    page.mouse.move(box["x"] + box["width"] * start, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, middle, steps=5)
    page.mouse.up()


def in_view(page, selector):
    """Where an element is, after scrolling to it."""
    place = page.locator(selector).first
    place.scroll_into_view_if_needed()
    return place.bounding_box()


def rows(page):
    return page.locator("[data-latest] tbody tr").count()


def test_back_undoes_a_zoom(chart):
    drag(chart, ".sm-canvas", 0.3, 0.6)
    chart.wait_for_url("**r=**")
    chart.wait_for_selector(READY)
    zoomed = rows(chart)
    assert zoomed < 12
    chart.go_back()
    until(chart, "document.querySelectorAll('[data-latest] tbody tr').length === 12")
    assert "r" not in query(chart)
    chart.go_forward()
    until(chart, f"document.querySelectorAll('[data-latest] tbody tr').length === {zoomed}")


def test_a_double_click_shows_all_again_and_opens_no_page(chart):
    drag(chart, ".sm-canvas", 0.3, 0.6)
    chart.wait_for_url("**r=**")
    chart.wait_for_selector(READY)
    path = urlsplit(chart.url).path
    box = in_view(chart, ".sm-canvas")
    chart.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + 100)
    until(chart, "document.querySelectorAll('[data-latest] tbody tr').length === 12")
    assert urlsplit(chart.url).path == path
    assert "r" not in query(chart)


def test_a_click_keeps_the_note_with_links_to_run_and_commit(chart):
    box = in_view(chart, ".sm-canvas")
    chart.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + 100)
    links = chart.locator(".sm-kept a")
    assert links.all_inner_texts() == ["This run", "This commit"]
    chart.mouse.move(5, 5)
    assert links.first.is_visible()
    links.first.click()
    chart.wait_for_url("**/runs/**")


def test_the_strip_of_the_whole_series_chooses_and_moves_the_view(chart):
    drag(chart, ".sm-strip", 0.2, 0.5)
    chart.wait_for_url("**r=**")
    chart.wait_for_selector(READY)
    before, span = query(chart)["r"][0], rows(chart)
    drag(chart, ".sm-strip", 0.35, 0.55)
    until(chart, "before => !location.href.includes(before)", before)
    chart.wait_for_selector(READY)
    assert rows(chart) == span
    assert chart.locator(".sm-strip .c0").count() == 1


def test_keys_zoom_move_and_go_back_to_all(chart):
    figure = chart.locator('[data-chart="trend"]')
    for key in ("+", "Shift+ArrowLeft", "-"):
        before = chart.url
        figure.press(key)
        until(chart, "before => location.href !== before", before)
        chart.wait_for_selector(READY)
    figure.press("0")
    until(chart, "!location.search.includes('r=')")
    assert "r" not in query(chart)


def test_a_tap_on_a_phone_shows_the_note(browser, address, trend_page):
    with visiting(browser, address, trend_page, viewport=PHONE, has_touch=True) as page:
        page.wait_for_selector(READY)
        canvas = page.locator(".sm-canvas").first
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
        note = page.locator(".sm-tip.sm-kept")
        note.wait_for()
        assert "95 %" in note.inner_text()
        place = note.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= PHONE["width"]


def option(page, *words):
    """The value of the series to add that has all these words."""
    for one in page.locator("[data-add] option").all():
        if all(word in one.inner_text() for word in words):
            return one.get_attribute("value")
    raise AssertionError(words)


def test_series_of_other_metrics_and_machines_are_laid_over_it(chart):
    page = chart
    page.select_option("[data-add]", option(page, "Peak resident memory"))
    page.wait_for_selector(READY)
    assert "right axis: MB" in page.locator("[data-title]").inner_text()
    page.select_option("[data-add]", option(page, "Total time", "runner-4c"))
    page.wait_for_selector(READY)
    names = page.locator("[data-legend] li").all_inner_texts()
    assert len(names) == 4
    assert len(query(page)["also"]) == 2
    assert page.locator("[data-latest] thead th").count() == 6  # commit, four lines, subject
    measured = page.locator("[data-latest] tbody tr").first.locator("td.n").all_inner_texts()
    assert sum("not run" not in one for one in measured) == 4  # one row has both machines
    page.click(".sm-remove >> nth=0")
    page.wait_for_selector(READY)
    assert "right axis" not in page.locator("[data-title]").inner_text()
    assert page.locator("[data-legend] li").count() == 3


def test_at_most_six_series_are_added(chart):
    values = "all => all.map((one) => one.value).filter(Boolean)"
    others = chart.locator("[data-add] option").evaluate_all(values)
    own = chart.locator("[data-legend] li").count()
    assert len(others) > 6
    chart.goto(f"{chart.url}?{urlencode({'also': others}, doseq=True)}")
    chart.wait_for_selector(READY)
    assert chart.locator("[data-legend] li").count() == own + 6
    assert chart.locator("[data-add]").is_disabled()


@pytest.mark.parametrize("viewport", DESK_THEN_PHONE)
def test_a_copied_link_shows_exactly_this_view(browser, address, trend_page, viewport):
    facts = {"permissions": ["clipboard-read", "clipboard-write"], "viewport": viewport}
    with visiting(browser, address, trend_page, **facts) as page:
        page.wait_for_selector(READY)
        page.select_option("[data-add]", option(page, "Peak resident memory"))
        page.wait_for_selector(READY)
        press(page, '[data-toggle="zero"]')
        press(page, '[data-axis="date"]')
        page.click("[data-copy]")
        page.get_by_text("Copied").wait_for()
        link = page.evaluate("navigator.clipboard.readText()")
        words = page.locator(".sm-panel").first.inner_text().replace("Copied", "Copy link")
    asked = parse_qs(urlsplit(link).query)
    assert {"m", "on", "r", "also", "zero", "axis"} <= set(asked)
    assert ".." in asked["r"][0]  # a newer night does not move it
    with visiting(browser, address, link.removeprefix(address), viewport=viewport) as page:
        page.wait_for_selector(READY)
        assert page.locator(".sm-panel").first.inner_text() == words


def test_an_old_link_to_the_date_axis_still_holds(browser, address, trend_page):
    with visiting(browser, address, f"{trend_page}?date=1") as page:
        page.wait_for_selector(READY)
        assert page.get_attribute('[data-axis="date"]', "aria-pressed") == "true"


def test_the_axis_from_zero_shows_the_target_by_name(chart):
    assert "lies above the view" in chart.locator("[data-hint]").inner_text()
    press(chart, '[data-toggle="zero"]')
    assert "lies above" not in chart.locator("[data-hint]").inner_text()


def test_releases_are_named_where_tags_are_on_record(chart):
    press(chart, '[data-axis="release"]')
    assert "No commit in view has a release tag." in chart.locator("[data-hint]").inner_text()
    named = chart.evaluate(
        """() => {
          const places = ['v0.1.0', '', 'v0.2.0'].map((tag, run) => ({ run, of: {}, tag }));
          const known = { tag: (run) => places[run].tag, env: () => [] };
          const view = { first: 0, last: 2, places, across: (at) => at, width: 900,
                         state: { axis: 'release', rel: '1' }, known };
          return soundmark.charts.rows([], view, { notes: [] }).sets.ticks;
        }"""
    )
    assert {(one["x"], one["label"]) for one in named} == {(0, "v0.1.0"), (2, "v0.2.0")}


def test_without_tags_as_in_a_shallow_clone_the_axis_of_releases_says_why(
    browser, address, trend_page
):
    def untagged(route):
        book = route.fetch().json()
        book["commits"]["tag"] = {}
        route.fulfill(json=book)

    with visiting(browser, address, "") as page:
        page.route("**/data/runs.json", untagged)
        page.goto(address + trend_page)
        page.wait_for_selector(READY)
        release = page.locator('[data-axis="release"]')
        assert release.is_disabled()
        assert "a shallow clone has none" in release.get_attribute("title")


def test_a_spike_is_clipped_and_a_step_is_not(chart):
    for values, far in (
        ([10, 11, 10, 11, 10, 90, 11, 10, 11, 10], [5]),  # a spike
        ([10, 11, 10, 11, 10, 90, 91, 90, 91, 90], []),  # a step
        ([10, 10, 10, 10], []),
    ):
        assert chart.evaluate("all => [...soundmark.charts.outliers(all)]", values) == far


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_every_control_of_a_chart_can_be_touched(browser, address, trend_page, viewport):
    with visiting(browser, address, trend_page, viewport=viewport) as page:
        page.wait_for_selector(READY)
        small = page.evaluate(
            """() => [...document.querySelectorAll('[data-page] :is(button, select)')]
              .map((one) => [one.textContent, one.getBoundingClientRect()])
              .filter(([, box]) => box.height && (box.height < 24 || box.width < 24))
              .map(([words]) => words)"""
        )
        assert small == []

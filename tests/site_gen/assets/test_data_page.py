"""The page of files to take away: what it offers to copy does what it says."""

import re
import shutil
import subprocess
import sys
from html import unescape

import duckdb
import pytest

from tests.site_gen.looking import DESK_THEN_PHONE, visiting


@pytest.fixture(scope="module")
def page(demo):
    return (demo.out / "data/index.html").read_text("utf-8")


def copied(page, name):
    """The lines below a heading, as somebody who copies them has them."""
    found = re.search(rf"<h3>{name}</h3><pre class=\"sm-code\">(.*?)</pre>", page, re.DOTALL)
    assert found, name
    return unescape(found[1])


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def fetched(page, demo, address, tmp_path):
    """A folder with what the line for curl fetches."""
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    line = copied(page, "curl").replace(url_of(page), address)
    assert address in line
    run(["sh", "-c", line], tmp_path)
    kept = demo.out / "data/points.parquet"
    assert (tmp_path / "points.parquet").read_bytes() == kept.read_bytes()
    return tmp_path


def url_of(page):
    return re.search(r'<link rel="canonical" href="(.*?)data/"', page)[1]


def test_the_lines_for_duckdb_run_on_what_curl_fetched(page, fetched):
    code = f"import duckdb; print(len(duckdb.sql({copied(page, 'DuckDB')!r}).fetchall()))"
    assert int(run([sys.executable, "-c", code], fetched)) > 50


def test_the_lines_for_pandas_run_on_what_curl_fetched(page, fetched, address):
    code = copied(page, "pandas").replace(url_of(page), address)
    said = run([sys.executable, "-c", f"{code}\nprint(len(newest), len(points))"], fetched)
    newest, points = map(int, said.split())
    assert 0 < newest < points


def test_the_query_for_samples_of_one_benchmark_finds_them_all(page, demo):
    text = copied(page, "Samples of one benchmark").replace(url_of(page), f"{demo.out}/")
    suite, benchmark = re.search(r"suite = '(.*)' and benchmark = '(.*)'", text).groups()
    found = sorted(tuple(row[-1]) for row in duckdb.sql(text).fetchall())
    newest_year = re.search(r"samples-(\d+)", text)[1]
    with demo.workspace.reading() as connection:
        kept = connection.execute(
            "select coalesce(list_transform(samples_ns, lambda ns: ns / 1e9), samples) from trend"
            " where suite = ? and benchmark = ? and year(commit_time) = ?"
            " and len(coalesce(samples_ns, samples, [])) > 0",
            [suite, benchmark, int(newest_year)],
        ).fetchall()
    assert found == sorted(tuple(row[0]) for row in kept)
    assert found


def test_every_column_of_a_point_is_named(page, demo):
    with duckdb.connect() as connection:
        found = connection.execute(f"describe from '{demo.out}/data/points.parquet'").fetchall()
    for name, kind, *_ in found:
        assert f'<th scope="row">{name}</th><td>{kind}</td>' in page


def test_every_suite_and_target_has_a_badge_that_leads_to_its_page(page, demo):
    lines = re.findall(r"<pre class=\"sm-code\">(\[!\[.*?)</pre>", page)
    url = url_of(page)
    assert any("badges/suite-micro.svg" in one and f"({url}suites/micro/)" in one for one in lines)
    assert any("badges/target-" in one and f"({url}sla/)" in one for one in lines)
    for line in lines:
        image, leads = re.fullmatch(r"\[!\[[^\]]*\]\((.*?)\)\]\((.*?)\)", unescape(line)).groups()
        assert (demo.out / image.removeprefix(url)).is_file()
        assert (demo.out / leads.removeprefix(url) / "index.html").is_file()


def test_every_page_names_the_feed(demo):
    for path in ("index.html", "suites/micro/index.html", "data/index.html"):
        text = (demo.out / path).read_text("utf-8")
        (feed,) = re.findall(r'type="application/atom\+xml"[^>]* href="(.*?)"', text)
        assert (demo.out / path).parent.joinpath(feed).resolve().is_file()


@pytest.mark.browser
@pytest.mark.parametrize("viewport", DESK_THEN_PHONE)
def test_lines_are_copied_by_a_click(browser, address, viewport):
    facts = {"permissions": ["clipboard-read", "clipboard-write"], "viewport": viewport}
    with visiting(browser, address, "data/", **facts) as page:
        lines = page.locator("pre.sm-code").filter(has_text="curl")
        lines.locator("button").click()
        page.get_by_text("Copied").wait_for()
        text = page.evaluate("navigator.clipboard.readText()")
        assert text.startswith("curl -fsSLO ")
        assert "Copy" not in text

"""Long lists stand on several pages; every count and every old address still leads to its rows."""

import re

import pytest

from history import addresses
from site_gen.pages import sla, suites, verdicts
from site_gen.pages.paging import parts
from site_gen.pages.registry import pages
from site_gen.writers import check
from site_gen.writers.downloads import Downloads
from tests.site_gen.builders import benchmark, context, run, series, target
from tests.site_gen.conftest import NIGHTS
from tests.site_gen.rendering import renderer

FEW = 3
"""Rows of a page here, so that the simulated year has several of each kind."""


def test_a_list_of_ten_rows_takes_three_pages_of_four():
    first, second, third = parts(range(10), 4, "sla")
    assert [one.rows for one in (first, second, third)] == [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9)]
    assert [(one.first, one.last) for one in (first, second, third)] == [(1, 4), (5, 8), (9, 10)]
    assert (first.address, second.address, third.address) == ("sla", "sla/page-2", "sla/page-3")
    assert (first.before, first.after) == ("", "sla/page-2")
    assert (third.before, third.after) == ("sla/page-2", "")
    assert [one.titled("SLA") for one in (first, second)] == ["SLA", "SLA, page 2"]


def test_a_short_or_empty_list_is_one_page_at_its_old_address():
    for rows in ((), (1,), (1, 2)):
        (only,) = parts(rows, 2, "sla")
        assert only.is_whole
        assert (only.address, only.before, only.after) == ("sla", "", "")


def test_further_pages_of_a_suite_never_meet_a_benchmark():
    suite = addresses.suite("s")
    for name in ("page", "page-2", "page/2"):
        assert addresses.benchmark("s", name, {}) != addresses.further(suite, 2)


def test_no_page_of_seven_hundred_benchmarks_with_a_target_each_is_beyond_500_kb():
    known, rows = [], []
    for number in range(700):
        name = f"a_benchmark_with_a_rather_long_name_{number:03d}"
        row = series(
            [1.0 + 0.01 * (night % 7) for night in range(30)],
            series_id=f"s{number:03d}",
            benchmark=name,
            variant="implementation=rust;runtime=onnxruntime;device=cpu;precision=fp32",
        )
        known.append(benchmark(row, name=name, path=f"suites/micro/{name}"))
        rows.append(target(row, low=0.9, high=1.1))
    found = context(*known, runs=[run(night) for night in range(30)], sla=tuple(rows))
    rendered = renderer(found)
    sizes = {
        page.path: len(rendered.page(page).encode())
        for page in pages(found, {}, Downloads((), ()))
        if page.path.partition("/")[0] in {"sla", "verdicts"}
        or page.path in {"", "suites", "suites/micro", addresses.further("suites/micro", 2)}
    }
    assert {"sla/page-3", "verdicts/not-enough-data/page-2", "suites/micro/page/2"} <= sizes.keys()
    assert max(sizes.values()) < 500_000, sizes


@pytest.fixture(scope="module")
def paged(tmp_path_factory):
    """A small simulated year whose lists are long for their pages."""
    from history.project.workspace import open_workspace
    from site_gen.demo.demo import CONFIG
    from site_gen.demo.simulate import year
    from site_gen.shell.build import build

    folder = tmp_path_factory.mktemp("paged")
    (folder / "soundmark.toml").write_text(CONFIG, encoding="utf-8")
    workspace = open_workspace(folder / "soundmark.toml")
    workspace.append(list(year(NIGHTS // 2)))
    with pytest.MonkeyPatch.context() as patch:
        for module in (sla, suites, verdicts):
            patch.setattr(module, "ROWS", FEW)
        build(workspace, folder / "site", lambda _: None, "plain", 1)
    return folder / "site"


def content(path):
    """What is inside of the frame."""
    return path.read_text(encoding="utf-8").partition("<main")[2].partition("</main>")[0]


def texts(site, folder):
    """The pages of a list by their address below it, from the first on."""
    found = {
        path.parent.relative_to(site / folder).as_posix(): content(path)
        for path in (site / folder).rglob("index.html")
        if re.fullmatch(r"\.|page-\d+|page/\d+", path.parent.relative_to(site / folder).as_posix())
    }
    return dict(
        sorted(found.items(), key=lambda one: int("0" + "".join(re.findall(r"\d", one[0]))))
    )


def test_no_target_is_lost_or_doubled_and_each_has_its_name_on_the_first_page(paged):
    found = texts(paged, "sla")
    assert len(found) > 2
    rows = [re.findall(r'<tr id="(target-[^"]+)"', text) for text in found.values()]
    every = [name for own in rows for name in own]
    assert len(every) == len(set(every)) > FEW
    assert all(0 < len(own) <= FEW for own in rows)
    for name in every:
        assert f'id="{name}"' in found["."]


def test_targets_that_begin_on_a_further_page_are_found_from_the_count(paged):
    found = texts(paged, "sla")
    words = re.findall(r'begin on <a href="\.\./sla/(page-\d+)/#(only-[a-z]+)"', found["."])
    assert words
    for page, anchor in words:
        assert f'id="{anchor}"' in found[page]
        place = re.search(rf'class="sm-only w(\d+)" id="{anchor}"', found[page])
        assert place
        assert f'data-w="{place[1]}"' in found[page]
        assert f'data-w="{place[1]}"' not in found["."]


def test_every_series_of_a_verdict_is_on_one_of_its_pages(paged):
    for folder in (paged / "verdicts").iterdir():
        found = texts(paged, f"verdicts/{folder.name}")
        total = int(re.search(r"</span> ([\d ]+) series</h1>", found["."])[1].replace(" ", ""))
        rows = [len(re.findall(r"<li>", text)) for text in found.values()]
        assert sum(rows) == total
        assert all(count <= FEW for count in rows)


def test_a_suite_that_begins_on_a_further_page_is_named_on_the_first(paged):
    found = texts(paged, "verdicts/ok")
    sections = {
        anchor for text in found.values() for anchor in re.findall(r'<section id="([^"]+)"', text)
    }
    assert len(sections) > 1
    for anchor in sections:
        assert f'id="{anchor}"' in found["."]


def test_rows_of_a_suite_are_on_its_pages_and_the_navigation_names_only_the_first(paged):
    folders = [path for path in (paged / "suites").iterdir() if (path / "page").is_dir()]
    assert folders
    for folder in folders:
        found = texts(paged, f"suites/{folder.name}")
        rows = [len(re.findall(r"<tr data-machine", text)) for text in found.values()]
        assert all(0 < count <= FEW for count in rows)
        front = (paged / "index.html").read_text(encoding="utf-8")
        assert "/page/2/" not in front.partition("<main")[0]


def test_no_link_of_these_pages_leads_nowhere(paged):
    there = {path.relative_to(paged).as_posix() for path in paged.rglob("*") if path.is_file()}
    assert check.check(paged, there) == []

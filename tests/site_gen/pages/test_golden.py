"""The page of golden components, from the published trace."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from history.judge.judge import judge
from history.project.workspace import open_workspace
from history.read import components, view
from site_gen.catalogue import catalogue
from site_gen.pages import golden
from site_gen.pages.context import Context, SiteInfo
from site_gen.pages.interface import Details
from site_gen.pages.registry import pages
from site_gen.writers.downloads import Downloads
from soundmark import main
from tests.history.formats.test_golden_table import CONFIG, SAMPLE
from tests.site_gen import builders
from tests.site_gen.rendering import renderer

NOTES = """
[[annotation]]
commit = "WAPR-PERF-002"
scope = "golden-trace.*"
kind = "planned"
text = "Fuse <softmax> into attention"

[[annotation]]
commit = "WAPR-PERF-002"
scope = "golden-trace.*"
kind = "applied"
text = "SIMD switched on"

[[annotation]]
commit = "WAPR-PERF-002"
scope = "micro.*"
kind = "planned"
text = "of another suite"
"""


SPACED = """
[[target]]
metric = "rtf"
benchmark = "golden-trace.duration*1.5 s*"
limit = "2 x"
"""


def page_of(folder, monkeypatch, config=CONFIG):
    monkeypatch.chdir(folder)
    Path("soundmark.toml").write_text(config)
    Path("annotations.toml").write_text(NOTES)
    done = CliRunner().invoke(main, ["import", "csv", str(SAMPLE)])
    assert done.exit_code == 0, done.output
    workspace = open_workspace(Path("soundmark.toml"))
    with workspace.judging() as connection:
        known = view.read(connection)
        judged = judge(connection, workspace.loaded, known)
        found = components.components(connection)
    context = Context(known, judged, catalogue(known.series), SiteInfo("a site"))
    listed = pages(context, {}, Downloads((), ()), details=Details(golden=found))
    (page,) = [one for one in listed if one.path == "golden"]
    return page.report, renderer(context).page(page)


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """The page of the usual configuration: its report and its text."""
    with pytest.MonkeyPatch.context() as patch:
        return page_of(tmp_path_factory.mktemp("golden"), patch)


def test_components_stand_with_before_now_target_and_status_on_one_page(usual):
    report, html = usual
    lines = {(line.metric, line.status): line for table in report.tables for line in table.lines}
    encoder, first = lines["encoder_time", "pass"], lines["first_token_time", "fail"]
    assert (encoder.now, encoder.before_commit, encoder.commit) == (
        "55.5 ms", "WAPR-PERF-001", "WAPR-PERF-002",
    )  # fmt: skip
    assert (encoder.gain, encoder.target, encoder.status) == ("2.14×", "500 ms", "pass")
    assert (first.gain, first.status, first.margin) == (
        "1.56×",
        "fail",
        "46 % over, needs 32 % less",
    )
    assert "WAPR-PERF-001</a>" in html
    assert "WAPR-PERF-002</a>" in html


ASKED = """
[[target]]
name = "second token"
metric = "second_token_time"
benchmark = "golden-trace.pipeline"
limit = "10 ms"
"""


def test_a_missed_target_names_what_broke_it_or_says_why_that_is_not_known(usual):
    report, html = usual
    lines = [line for table in report.tables for line in table.lines if line.status == "fail"]
    assert lines
    for line in lines:
        assert bool(line.broken_by) != bool(line.unbroken)
        assert line.unbroken in html
    held = [line for table in report.tables for line in table.lines if line.status == "pass"]
    assert all(not line.broken_by and not line.unbroken for line in held)


def test_a_target_without_a_value_is_counted_and_named(usual, tmp_path, monkeypatch):
    before, _ = usual
    assert (before.missing, before.unmet) == (0, ())
    report, html = page_of(tmp_path, monkeypatch, CONFIG + ASKED)
    assert report.missing == 1
    assert (report.held, report.missed) == (before.held, before.missed)
    assert report.counted.endswith(", 1 missing")
    assert report.counted in html
    assert "second token" in html
    assert "nothing that this target is about has been measured" in html


def test_what_was_done_stands_apart_from_what_is_planned(usual):
    report, html = usual
    assert [kind for kind, _ in report.notes] == ["applied", "planned"]
    planned = html[html.index("remaining opportunities") :]
    assert "Fuse &lt;softmax&gt; into attention" in planned
    assert "SIMD switched on" not in planned
    assert "of another suite" not in re.sub(r"\s+", " ", html)


def test_without_golden_components_there_is_no_such_page():
    assert golden.build(builders.context(), ()) is None


def test_a_target_may_name_a_benchmark_with_a_space_in_it(tmp_path, monkeypatch):
    report, _ = page_of(tmp_path, monkeypatch, CONFIG + SPACED)
    targets = [line.target for table in report.tables for line in table.lines]
    assert "2×" in targets

import re
from datetime import timedelta

from collector.speech import error_rates
from history.judge.judge import judge
from history.project.workspace import open_workspace
from history.read import items, view
from history.read.items import Side
from history.words.records import Commit, Item, Machine, Measured, Point, Run, RunRecord, Variant
from site_gen.catalogue import catalogue
from site_gen.pages import word_errors as report
from site_gen.pages.context import Context, SiteInfo
from site_gen.pages.interface import Details
from site_gen.pages.registry import pages
from site_gen.writers.downloads import Downloads
from tests.site_gen import builders
from tests.site_gen.rendering import Rendered

NOTHING: frozenset[tuple[str, str]] = frozenset()
WIDE, NARROW = (Variant(features=f"beam={width}") for width in ("wide", "narrow"))
SAID = {
    "s01": "The cat sat on the mat.",
    "s02": "Nobody counted the steps.",
    "s03": "All <b>right</b> & well.",
}
HEARD = {
    WIDE: SAID | {"s01": "the hat sat on the mat"},
    NARROW: SAID | {"s01": "now the hat sat on mat", "s02": "nobody counted steps"},
}


def item(variant, name, reference, text):
    return Item(
        suite="pipeline",
        benchmark="recognition",
        item=name,
        variant=variant,
        values={"recognition_time": 0.1},
        facts={"duration_s": 2.0, **error_rates.facts(reference, text)},
        text=text,
    )


def record():
    began = builders.DAWN + timedelta(days=1)
    found = {
        way: [item(way, name, SAID[name], text) for name, text in heard.items()]
        for way, heard in HEARD.items()
    }
    points = [
        Point(
            suite="pipeline",
            benchmark="recognition",
            metric=metric,
            variant=way,
            outcome=outcome,
        )
        for way, own in found.items()
        for metric, outcome in {
            "recognition_time": Measured(value=0.3, n=1),
            **error_rates.derived({one.item: one.facts for one in own}),
        }.items()
    ]
    return RunRecord(
        run=Run(
            run_id=f"{1:032x}",
            started_at=began,
            commit=Commit(sha=f"{1:040x}", time=began, sequence=1, subject="work"),
            machine=Machine(name="bench", cpu_model="bench"),
            project="p",
        ),
        points=tuple(points),
        items=tuple(one for own in found.values() for one in own),
    )


def site(tmp_path):
    """Text of every page of a site of this one run, by address."""
    workspace = open_workspace(history=tmp_path / "h.duckdb", ledger=tmp_path / "runs")
    workspace.append([record()])
    with workspace.judging() as connection:
        said = items.read(connection, 200)
        known = view.read(connection)
        judged = judge(connection, workspace.loaded, known)
    found = Context(known, judged, catalogue(known.series), SiteInfo("a site"))
    return Rendered(found, pages(found, {}, Downloads((), ()), details=Details(items=said)))


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " ").split())


def test_reference_and_transcript_stand_together_with_their_errors_marked(tmp_path):
    page = site(tmp_path)["suites/pipeline/recognition"]
    part = page[page.index('id="word-errors"') :]
    part = part[: part.index("</section>")]
    first = part[part.index("<h3>s01</h3>") : part.index("<h3>s02</h3>")]
    assert "<dd" in first
    assert "the cat sat on the mat" in first
    narrow = first[first.index("narrow") : first.index("wide")]
    assert "<del>cat</del>" in narrow
    assert "<ins>hat</ins>" in narrow
    assert re.search(r"deleted: </span><del>the</del>", narrow)
    assert re.search(r"inserted: </span><ins>now</ins>", narrow)
    assert "3 errors in 6 words: 1 substitution, 1 deletion, 1 insertion" in narrow
    # Not by colour alone: a letter for the eye, a word for who listens.
    assert narrow.count("<sup aria-hidden") == narrow.count('class="sm-vh">; ') == 3
    assert "1 recording without an error: s03" in text_of(part)


def test_a_rate_and_its_kinds_stand_on_one_line_everywhere(tmp_path):
    made = site(tmp_path)
    for path in ("suites/pipeline/recognition", f"runs/{1:032x}"):
        assert "1 sub + 2 del + 1 ins" in text_of(made[path])
        assert "1 sub + 0 del + 0 ins" in text_of(made[path])
    page = text_of(made["suites/pipeline/recognition"])
    assert "Substitutions Deletions Insertions" in page


def test_the_table_of_ways_says_what_the_stored_points_say():
    own = {way: [item(way, name, SAID[name], text) for name, text in heard.items()]
           for way, heard in HEARD.items()}  # fmt: skip
    found = report.build(
        [Side(way.text(), "r", tuple(listed)) for way, listed in own.items()], NOTHING
    )
    for line, listed in zip(found.ways, reversed(own.values()), strict=True):
        stored = error_rates.derived({one.item: one.facts for one in listed})
        assert line.substitutions == stored["substitutions"].value
        assert line.deletions == stored["deletions"].value
        assert line.insertions == stored["insertions"].value
        assert line.rate == f"{100 * stored['wer'].value:.1f} %"


def test_many_recordings_are_folded_and_counted_the_worst_first():
    rows = [item(WIDE, f"r{n:03d}", "a b c d", "a b c d e" + " x" * (n % 7)) for n in range(140)]
    found = report.build([Side(WIDE.text(), "r", tuple(rows))], NOTHING)
    assert len(found.shown) == report.MOST_OPEN
    assert len(found.folded) == report.MOST - report.MOST_OPEN
    assert found.more == 140 - report.MOST
    assert found.shown[0].errors == 7
    shown = sum(one.errors for one in (*found.shown, *found.folded))
    assert shown + found.more_errors == found.ways[0].insertions


def test_without_references_there_is_no_such_part():
    bare = Item(suite="s", benchmark="b", item="a", text="hello")
    assert report.build([Side("", "r", (bare,))], NOTHING) is None

from datetime import date

from history.project.annotations import Annotation
from site_gen.pages import marks
from tests.site_gen.builders import (
    benchmark,
    context,
    run,
    series,
)


def test_notes_and_new_environments_are_marked_once():
    row = series([1.0] * 4)
    one = benchmark(row)
    found = context(
        one,
        runs=[run(0), run(1), run(2, environment_key=2), run(3, environment_key=2)],
        environments={number: {"libraries": {"torch": f"2.1{number}"}} for number in (1, 2)},
        annotations=(Annotation(text="faster path", date=date(2026, 3, 2), scope="micro.*"),),
    )
    drawn = marks.marks(found, one, [row], row.runs)
    assert [(mark.x, mark.tone) for mark in drawn] == [(2, "env"), (1, "note")]

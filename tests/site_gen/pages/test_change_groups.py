from site_gen.pages import findings, overview
from tests.site_gen.builders import (
    benchmark,
    change,
    context,
    series,
)


def test_one_commit_that_slows_many_series_is_one_story():
    rows = [series([1.0] * 6, metric=name) for name in ("total_time", "rtf", "load_time")]
    found = context(benchmark(*rows), changes=tuple(change(row, 3) for row in rows))
    report = findings.regressions(found)
    assert len(report.open_) == 1
    assert len(report.open_[0].others) == 2
    assert overview.build(found).tally.open_ == 1
    assert overview.build(found).tally.open_series == 3
    assert overview.build(found).tally.open_events == 1


def test_changes_are_sorted_by_what_should_be_done():
    row = series([1.0] * 9)
    kinds = {
        "suspects": {"status": "suspect"},
        "open_": {"status": "confirmed"},
        "improvements": {"direction": "improvement"},
        "closed": {"status": "recovered"},
        "neutral": {"direction": "up"},
    }
    for name, facts in kinds.items():
        report = findings.regressions(context(benchmark(row), changes=(change(row, 4, **facts),)))
        counts = {kind: len(getattr(report, kind)) for kind in kinds}
        assert counts == {kind: int(kind == name) for kind in kinds}

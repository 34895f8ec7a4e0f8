"""A method that keeps growing leaks, and the commit that began it is named."""

import numpy as np
import pytest

from history.judge import judge, memory
from history.read import view
from history.report.wording import verdicts
from history.words.records import Measured, Point, Variant
from tests.history.judge.builders import noisy, run, trend, trends, workspace
from tests.history.judge.test_episodes import rows

MIB = 2.0**20


def lifecycle(growth, *, benchmark="onnx_session", model=0.0, seed=0, variant="recreate"):
    """The points of one method that grows by so many bytes per iteration."""
    noise = np.random.default_rng(seed).normal(0, 2e3, 60)
    rss = (100 * MIB + growth * np.arange(60) + noise).tolist()

    def point(metric, value, **more):
        return Point(
            suite="lifecycle",
            benchmark=benchmark,
            metric=metric,
            variant=Variant(features=variant),
            outcome=Measured(value=value, n=60, **more),
        )

    made = [
        point("rss", rss[-1], samples=tuple(rss)),
        point("rss_growth_rate", growth, aggregate="slope", low=growth - 10, high=growth + 10),
    ]
    return (*made, point("model_size", model)) if model else tuple(made)


def judged(folder, *records, **options):
    made = workspace(folder, *records)
    with made.reading() as connection:
        return judge.judge(connection, made.loaded, view.read(connection, **options))


def test_a_method_that_grows_leaks_since_the_commit_that_began_it(tmp_path):
    growths = [0.0, 0.0, 0.0, 1e5, 1e5]
    found = judged(tmp_path, *(run(n, *lifecycle(g, seed=n)) for n, g in enumerate(growths)))
    (row,) = found.memory
    assert (row.verdict, row.since, row.leaking_nights, row.nights) == ("leak", "c0003", 2, 5)
    assert row.low < 1e5 < row.high
    verdict = found.verdicts[row.series_id]
    assert (verdict.word, verdict.reasons[0].source) == ("fail", "memory")
    assert verdicts.verdict(verdict).startswith("leak since c0003: 100 kB/iteration")


def test_a_method_that_stays_does_not_leak(tmp_path):
    (row,) = judged(tmp_path, run(0, *lifecycle(0.0))).memory
    assert (row.verdict, row.since, row.leaking_nights) == ("no leak", "", 0)


def test_growth_below_a_thousandth_of_the_model_is_no_leak(tmp_path):
    found = judged(
        tmp_path,
        run(
            0,
            *lifecycle(1e5, model=1e9),
            *lifecycle(1e5, variant="reuse", model=1e6),
        ),
    )
    assert {row.key.variant: str(row.verdict) for row in found.memory} == {
        "features=recreate": "no leak",
        "features=reuse": "leak",
    }


def test_the_control_leaks_on_purpose_and_fails_nothing(tmp_path):
    found = judged(tmp_path, run(0, *lifecycle(MIB, benchmark="control")))
    (row,) = found.memory
    assert (row.verdict, row.is_control) == ("leak", True)
    assert {str(verdict.word) for verdict in found.verdicts.values()} == {"not enough data"}


def test_as_of_a_commit_only_its_nights_count(tmp_path):
    growths = [0.0, 1e5, 0.0]
    records = [run(n, *lifecycle(g, seed=n)) for n, g in enumerate(growths)]
    (row,) = judged(tmp_path, *records, as_of="c0001").memory
    assert (row.verdict, row.nights, row.commit) == ("leak", 2, "c0001")


@pytest.mark.parametrize(("level", "found"), [(1e3, 0), (1e5, 1)])
def test_ten_times_nothing_is_no_regression(level, found):
    values = [level * one for one in noisy(1.0, 10.0)]
    growth = {"metric": "rss_growth_rate", "unit": "B/iteration", "kind": "memory"}
    assert len(rows(values, **growth)) == found


def test_a_history_without_repeated_methods_has_no_memory_rows():
    assert memory.judge(trends(trend([1.0])), {}) == ()

"""What a comparison takes into account: pairs, history, several runs, a crowded machine."""

from datetime import timedelta

import pytest

from history.compare.select import counted
from history.report.wording import comparisons
from tests.history.compare.nights import compare
from tests.history.compare.test_decide import samples
from tests.history.judge.builders import START, item, noisy, point, run, workspace


def test_utterances_are_compared_pair_by_pair(tmp_path):
    def utterances(factor):
        return [item(f"utt{n}", value=factor * 0.1 * 2**n) for n in range(10)]

    made = workspace(
        tmp_path,
        run(0, point(1.0), items=utterances(1.0)),
        run(1, point(1.1), items=utterances(1.1)),
    )
    (row,) = compare(made, "c0000", "c0001").comparison.rows
    assert (comparisons.test(row.test), round(row.ratio, 6)) == ("wilcoxon over 10 items", 1.1)


def test_a_series_with_a_history_is_compared_against_its_noise(tmp_path):
    values = [*noisy(1.0, n=30, noise=0.01), 1.02, 1.2]
    made = workspace(tmp_path, *(run(n, point(value)) for n, value in enumerate(values)))
    (row,) = compare(made, "c0029", "c0030").comparison.rows
    assert (row.verdict, comparisons.test(row.test)) == (
        "no difference shown",
        "noise of the series",
    )
    (row,) = compare(made, "c0029", "c0031").comparison.rows
    assert row.verdict == "regression"


def test_runs_at_one_commit_are_taken_together_and_show_how_far_runs_differ(tmp_path):
    def again(number, at, *values):
        """Several runs at the commit of one night, each with its value."""
        more = {"sha": f"c{at:04d}", "time": START + timedelta(days=at), "sequence": at}
        return [
            run(number + place, point(value, samples=samples(value, noise=0.01)), **more)
            for place, value in enumerate(values)
        ]

    calm = workspace(tmp_path / "calm", *again(0, 0, 1.0, 1.01), *again(2, 2, 1.2, 1.21))
    wild = workspace(tmp_path / "wild", *again(0, 0, 0.8, 1.2), *again(2, 2, 1.0, 1.4))
    (found,) = compare(calm, "c0000", "c0002").comparison.rows
    assert found.n_before == 60
    assert found.before == pytest.approx((1.0 * 1.01) ** 0.5)
    assert found.verdict == "regression"
    (unsure,) = compare(wild, "c0000", "c0002").comparison.rows
    assert unsure.verdict == "no difference shown"
    (single,) = compare(calm, f"run:{0:08x}", f"run:{2:08x}").comparison.rows
    assert (single.before, single.n_before) == (1.0, 30)
    wide, narrow = (one.ratio_high / one.ratio_low for one in (single, found))
    assert narrow < wide


def test_a_run_on_a_crowded_machine_is_named(tmp_path):
    def night(number, level, share):
        taken = samples(level, noise=0.01)
        return run(
            number, point(level, samples=taken), environment={"load": {"psi cpu share": share}}
        )

    made = workspace(tmp_path, night(0, 1.0, 0.02), night(1, 3.0, 0.6))
    (row,) = compare(made, "c0000").comparison.rows
    assert row.verdict == "suspect"
    assert (
        "in run 00000001 something waited for a processor 60 % of the time"
        in comparisons.reason(row)
    )


def test_a_failed_benchmark_is_missing_with_its_reason(tmp_path):
    made = workspace(
        tmp_path,
        run(0, point(1.0), point(1.0, benchmark="other")),
        run(1, point("killed"), point(1.0, benchmark="other")),
    )
    rows = compare(made, "c0000", "c0001").comparison.rows
    lone = [row for row in rows if row.verdict == "missing"]
    assert [(row.key.benchmark, comparisons.reason(row)) for row in lone] == [
        ("pipeline", "failed: killed")
    ]


def test_disturbed_samples_are_left_out_as_the_stored_value_leaves_them_out():
    assert counted(4, (1, 3), 2) == [0, 2]
    assert counted(4, (1, 3), 4) == [0, 1, 2, 3]
    assert counted(4, (), 4) == [0, 1, 2, 3]

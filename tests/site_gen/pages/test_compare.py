from typing import Any

import pytest

from history.compare import results as compared
from history.compare.decide import compare as compare_sides
from history.compare.results import Measurement
from history.project.workspace import open_workspace
from history.read import view
from history.report.wording import comparisons, numbers
from history.words.key import SeriesKey
from site_gen import newest_measurements
from site_gen.demo.simulate import year
from site_gen.pages import compare
from tests.site_gen.builders import benchmark, context, series

STEADY = tuple(1.0 + number / 1000 for number in range(12))


def measurement(variant, samples=STEADY, *, metric="total_time", unit="s", run_id="r", kind="time"):
    ordered = sorted(samples)
    return Measurement(
        key=SeriesKey("micro", "top_k", "", variant, metric, unit, "bench"),
        direction="lower", kind=kind, commit="c", run_id=run_id,
        value=ordered[len(ordered) // 2], n=len(samples), samples=tuple(samples),
    )  # fmt: skip


def report(*rows):
    one = benchmark(*(series([1.0], metric=metric) for metric in {row.key.metric for row in rows}))
    measured: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        measured.setdefault((one.path, row.key.metric, row.key.machine), {})[row.key.variant] = row
    return compare.build(context(one), measured)


def test_half_the_time_is_twice_as_fast():
    slow, quick = STEADY, [sample / 2 for sample in STEADY]
    found = report(measurement("runtime=torch", slow), measurement("runtime=onnxruntime", quick))
    (duel,) = found.duels
    assert (duel.base, duel.head) == ("torch", "onnxruntime")
    (line,) = duel.lines
    assert (line.ratio, line.faster, line.verdict) == ("0.50×", "2.00× faster", "better")
    assert duel.means[0].speedup == "2.00× faster"
    assert duel.counts == (("better", 1),)


def test_noise_is_no_difference_and_says_no_number_of_times():
    found = report(
        measurement("runtime=torch"), measurement("runtime=onnxruntime", reversed_noise())
    )
    (line,) = found.duels[0].lines
    assert (line.verdict, line.faster) == ("no difference shown", "")
    assert "q =" in line.reason


def reversed_noise():
    return tuple(1.0 + (number * 5 % 12) / 1000 for number in range(12))


def test_what_two_runs_measured_is_not_compared():
    rows = [measurement("runtime=torch"), measurement("runtime=onnxruntime", run_id="other")]
    assert report(*rows) is None


def test_a_mean_counts_every_benchmark_once():
    quick = [sample / 2 for sample in STEADY]
    rows = [
        measurement(f"runtime={way}", samples, metric=metric)
        for metric in ("total_time", "first_token_time")
        for way, samples in (("torch", STEADY), ("onnxruntime", quick))
    ]
    (duel,) = report(*rows).duels
    assert len(duel.lines) == 2
    assert [one.count for one in duel.means] == [1]


def test_only_what_introduces_a_benchmark_and_what_it_costs_is_listed():
    rows = [
        measurement(f"runtime={way}", metric=metric)
        for metric in ("total_time", "dp_time")
        for way in ("torch", "onnxruntime")
    ]
    (duel,) = report(*rows).duels
    assert [line.metric for line in duel.lines] == ["total_time"]


def test_twice_as_fast_and_twice_as_wrong_is_told_on_one_line():
    quick = [sample / 2 for sample in STEADY]
    rows = [
        measurement(f"runtime={way}", samples, metric=metric, unit=unit, kind=kind)
        for way, times, errors in (("torch", STEADY, 0.1), ("onnxruntime", quick, 0.2))
        for metric, unit, kind, samples in (
            ("total_time", "s", "time", times),
            ("wer", "x", "quality", (errors,)),
            ("substitutions", "count", "quality", (100 * errors,)),
        )
    ]
    (duel,) = report(*rows).duels
    time, errors = duel.lines
    assert time.faster == "2.00× faster"
    assert time.trade == "bought with wer 10.0 % to 20.0 % (+100.0 %)"
    assert errors.metric == "wer"
    assert errors.trade.startswith("bought total_time 1.01 s to 503 ms")
    assert [one.kind for one in duel.means] == ["time"]


def test_a_mean_without_an_interval_does_not_say_which_side_is_better():
    unknown = compared.Mean("tts", "throughput", 2, speedup=1.13, low=None, high=None)
    assert compare.mean(unknown, "").speedup == "1.13×, untested"


def test_nothing_to_compare_is_no_page():
    assert report(measurement("runtime=torch")) is None
    assert compare.build(context(), {}) is None


@pytest.mark.parametrize(
    ("times", "kind", "words"),
    [
        (2.0, "time", "2.00× faster"),
        (0.5, "time", "2.00× slower"),
        (1.001, "time", "the same"),
        (1.5, "memory", "1.50× better"),
        (None, "time", ""),
    ],
)
def test_a_speedup_in_words(times, kind, words):
    assert comparisons.faster(times, kind) == words


def test_the_newest_measurement_of_every_variant_is_read(tmp_path):
    workspace = open_workspace(history=tmp_path / "h.duckdb", ledger=tmp_path / "runs")
    records = year(4)
    workspace.append(records)
    with workspace.reading() as connection:
        found = newest_measurements.read(connection, view.read(connection))
    ways = [set(variants) for (path, metric, _), variants in found.items() if "top_k" in path]
    assert ways
    assert all(len(variants) == 2 for variants in ways)
    newest = {record.run.run_id for record in records[-4:]}
    assert {one.run_id for variants in found.values() for one in variants.values()} <= newest


def test_a_line_has_no_ratio_where_one_side_is_almost_nothing():
    grown = {"metric": "rss_growth_rate", "unit": "B/iteration", "kind": "memory"}
    little, much = [90 * one for one in STEADY], [1.05e6 * one for one in STEADY]
    rows = (
        measurement(f"runtime={way}", samples, **grown)
        for way, samples in (("torch", little), ("onnxruntime", much))
    )
    found = compare_sides({("b",): next(rows)}, {("b",): next(rows)})
    one = compare.line(found.rows[0], benchmark(series([1.0])))
    assert (one.ratio, one.interval, one.faster) == (numbers.MISSING, "", "")
    assert one.head == "1.06 MB/iteration"
    assert "almost zero" in one.reason


def test_a_way_is_called_by_what_it_has_and_not_by_what_it_lacks():
    rust = measurement("implementation=rust;device=cpu", [sample / 2 for sample in STEADY])
    (duel,) = report(measurement("runtime=torch;device=cpu"), rust).duels
    assert {duel.base, duel.head} == {"torch", "rust"}
    spinning = measurement("runtime=torch;features=spin", [sample / 2 for sample in STEADY])
    (duel,) = report(measurement("runtime=torch"), spinning).duels
    assert {duel.base, duel.head} == {"without", "spin"}

"""What divan, iai and criterion print, and the messages of cargo-criterion.

Written by hand after published output of divan 0.1, iai 0.1 and iai-callgrind, and after the
documentation of cargo-criterion.
"""

from __future__ import annotations

import json

import pytest

from history.formats.cargo_criterion import CargoCriterion
from history.formats.criterion_text import CriterionText
from history.formats.divan import Divan
from history.formats.iai import Iai
from history.words.metrics import Direction
from tests.history.formats.builders import outcome

DIVAN = """Timer precision: 20 ns
bench                  fastest       │ slowest       │ median        │ mean          │ samples │ iters
├─ mel                               │               │               │               │         │
│  ├─ 100              35.03 µs      │ 43.16 µs      │ 35.81 µs      │ 37.13 µs      │ 100     │ 200
│  │                   60.32 GB/s    │ 48.96 GB/s    │ 59 GB/s       │ 56.9 GB/s     │         │
│  │                   2.854 Mitem/s │ 2.316 Mitem/s │ 2.791 Mitem/s │ 2.692 Mitem/s │         │
│  │                   alloc:        │               │               │               │         │
│  │                     4           │ 4             │ 4             │ 4             │         │
│  │                     289 B       │ 289 B         │ 289 B         │ 302.4 B       │         │
│  ╰─ 1000                           │               │               │               │         │
│     ├─ t=1           1.82 s        │ 1.9 s         │ 1.85 s        │ 1.86 s        │ 3       │ 3
│     ╰─ t=4           0.5 s         │ 0.6 s         │ 0.55 s        │ 0.56 s        │ 3       │ 3
╰─ sum                 0.626 ns      │ 1.735 ns      │ 0.657 ns      │ 0.672 ns      │ 100     │ 99
"""  # noqa: E501 - as it is printed

IAI = """running 0 tests

bench_fibonacci_short
  Instructions:                1735 (No change)
  L1 Accesses:                 2364 (No change)
  L2 Accesses:                    1 (No change)
  RAM Accesses:                   1 (No change)
  Estimated Cycles:            2404 (+0.5%)

my_module::group::bench_sort long:"a b"
  Instructions:          26214735|N/A             (*********)
  L1 Hits:               35638619|N/A             (*********)
  Total read+write:      35638623|N/A             (*********)
  Estimated Cycles:      35638759|N/A             (*********)
"""

CRITERION = """Benchmarking mel/100: Warming up for 3.0000 s
Benchmarking mel/100: Analyzing
mel/100                 time:   [320.62 ps 323.90 ps 327.55 ps]
                        thrpt:  [1.2000 GiB/s 1.3000 GiB/s 1.4000 GiB/s]
                        change: [-2.0565% -0.2521% +1.6377%] (p = 0.79 > 0.05)
                        No change in performance detected.
Found 8 outliers among 100 measurements (8.00%)
  6 (6.00%) high mild

a name that is too long for its column
                        time:   [3.4623 µs 3.4632 µs 3.4641 µs]
"""

MESSAGES = "\n".join([
    "   Compiling mel v0.1.0",
    json.dumps({
        "reason": "benchmark-complete", "id": "mel/100", "report_directory": "/home/ann/target",
        "iteration_count": [10, 20], "measured_values": [1000.0, 2200.0], "unit": "ns",
        "throughput": [{"per_iteration": 50, "unit": "elements"}],
        "typical": {"estimate": 105.0, "lower_bound": 100.0, "upper_bound": 110.0, "unit": "ns"},
    }),
    json.dumps({"reason": "group-complete", "group_name": "mel", "benchmarks": ["mel/100"]}),
])  # fmt: skip


def test_divan_gives_the_median_between_fastest_and_slowest():
    found = Divan().parse(DIVAN)
    time = outcome(found, "operation_time", "bench/mel/100")
    assert (time.value, time.minimum, time.maximum) == pytest.approx((35.81e-6, 35.03e-6, 43.16e-6))
    assert (time.n, time.aggregate) == (100, "median")
    assert outcome(found, "operation_time", "bench/sum").value == pytest.approx(0.657e-9)


def test_divan_tells_rates_and_allocations_of_the_median_run():
    found = Divan().parse(DIVAN)
    assert outcome(found, "bandwidth", "bench/mel/100").value == 59e9
    assert outcome(found, "throughput", "bench/mel/100").value == pytest.approx(2.791e6)
    assert outcome(found, "alloc_count", "bench/mel/100").value == 4
    assert outcome(found, "alloc_bytes", "bench/mel/100").value == 289


def test_threads_of_divan_are_a_variant():
    found = Divan().parse(DIVAN)
    threads = [one.variant.threads for one in found.points if one.benchmark == "bench/mel/1000"]
    assert threads == ["1", "4"]
    assert (found.rows_read, found.refused) == (4, ())


def test_iai_gives_a_metric_for_every_count():
    found = Iai().parse(IAI)
    assert outcome(found, "instructions", "bench_fibonacci_short").value == 1735
    name = 'my_module::group::bench_sort long:"a b"'
    assert outcome(found, "estimated_cycles", name).value == 35638759
    assert found.rows_read == 2


def test_only_counts_that_cost_have_a_direction():
    ways = {point.metric: point.direction for point in Iai().parse(IAI).points}
    assert ways["instructions"] == ways["ram_accesses"] == Direction.LOWER
    assert ways["l1_accesses"] == ways["l1_hits"] == Direction.NONE


def test_messages_of_cargo_criterion_hold_the_samples():
    found = CargoCriterion().parse(MESSAGES)
    assert outcome(found, "operation_time", "mel/100").samples == pytest.approx((100e-9, 110e-9))
    assert outcome(found, "throughput", "mel/100").samples == pytest.approx((50e7, 50 / 110e-9))
    assert [(one.row, one.reason) for one in found.left_out] == [
        (3, '"group-complete" is no benchmark')
    ]


def test_a_message_of_unequal_lists_is_refused_with_its_line():
    bad = MESSAGES.replace("[10, 20]", "[10]")
    (refused,) = CargoCriterion().parse(bad).refused
    assert refused.row == 2
    assert "as many measured_values as iteration_count" in refused.reason


def test_a_message_whose_reason_is_no_text_costs_its_line_alone():
    odd = MESSAGES.replace('"group-complete"', '{"a": []}')
    found = CargoCriterion().parse(odd)
    (refused,) = found.refused
    assert (refused.row, found.left_out) == (3, ())
    assert 'expected an object with "reason"' in refused.reason
    assert found.points == CargoCriterion().parse(MESSAGES).points


def test_a_rate_that_no_double_holds_is_refused():
    tiny = MESSAGES.replace("[1000.0, 2200.0]", "[1e-300, 1e-300]")
    (refused,) = CargoCriterion().parse(tiny).refused
    assert refused.reason == "expected finite numbers up to 1e+150 in base units"


def test_the_text_of_criterion_gives_the_estimate_in_the_middle():
    found = CriterionText().parse(CRITERION)
    assert outcome(found, "operation_time", "mel/100").value == pytest.approx(323.9e-12)
    assert outcome(found, "bandwidth", "mel/100").value == pytest.approx(1.3 * 2**30)
    long = "a name that is too long for its column"
    assert outcome(found, "operation_time", long).value == pytest.approx(3.4632e-6)
    assert (found.rows_read, found.refused) == (2, ())
    assert found.flagged[0].startswith("bounds of 3 values left out")

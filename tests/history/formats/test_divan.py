"""Tables of divan, written by hand after published output of version 0.1."""

import pytest

from history.formats.divan import Divan
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

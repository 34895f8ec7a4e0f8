"""Output of iai 0.1 and of iai-callgrind, written by hand after published output."""

from history.formats.iai import Iai
from history.words.metrics import Direction
from tests.history.formats.builders import outcome

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

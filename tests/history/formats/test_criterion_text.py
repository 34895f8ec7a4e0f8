"""The text of criterion, written by hand after published output."""

import pytest

from history.formats.criterion_text import CriterionText
from tests.history.formats.builders import outcome

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


def test_the_text_of_criterion_gives_the_estimate_in_the_middle():
    found = CriterionText().parse(CRITERION)
    assert outcome(found, "operation_time", "mel/100").value == pytest.approx(323.9e-12)
    assert outcome(found, "bandwidth", "mel/100").value == pytest.approx(1.3 * 2**30)
    long = "a name that is too long for its column"
    assert outcome(found, "operation_time", long).value == pytest.approx(3.4632e-6)
    assert (found.rows_read, found.refused) == (2, ())
    assert found.flagged[0].startswith("bounds of 3 values left out")

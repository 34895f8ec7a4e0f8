import numpy as np

from history.read.series import SKIPPED
from site_gen.pages import findings
from tests.site_gen.builders import (
    benchmark,
    context,
    series,
    target,
)


def test_a_bar_puts_the_limit_at_the_same_place_for_all():
    row = series([1.5])
    (found,) = findings.targets(context(benchmark(row), sla=(target(row),)))
    assert found.bar == (99.0, 66.0 * 1.4, 100.0)
    assert found.compliance == "50 %"


def test_broken_targets_come_first():
    row = series([1.5])
    rows = [target(row, word) for word in ("pass", "missing", "fail", "uncertain")]
    found = findings.targets(context(benchmark(row), sla=tuple(rows)))
    assert [one.row.status for one in found] == ["fail", "uncertain", "missing", "pass"]


def test_a_target_without_a_number_has_no_bar():
    row = series([np.nan], status=[SKIPPED])
    nothing = target(row, "missing", value=None, low=None, high=None)
    (found,) = findings.targets(context(benchmark(row), sla=(nothing,)))
    assert found.bar is None
    assert found.value == "–"

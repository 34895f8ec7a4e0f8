import numpy as np

from history.read.series import MEASURED, SKIPPED
from site_gen.pages import benchmark as benchmark_report
from tests.site_gen.builders import (
    benchmark,
    context,
    series,
)


def test_a_page_opens_with_the_headline_where_it_was_measured_last():
    one = benchmark(series([1.0, 1.0]), series([2.0] * 3, metric="dp_time"))
    assert benchmark_report.choose(one) == ("total_time", "bench")


def test_the_table_of_runs_says_why_there_is_no_number():
    row = series([1.0, np.nan, 1.1], status=[MEASURED, SKIPPED, MEASURED], reasons={1: "no GPU"})
    one = benchmark(row)
    report = benchmark_report.build(context(one), one, {})
    cells = [line.cells[0] for line in report.rows]
    assert [cell.value for cell in cells] == ["1.10 s", "–", "1.00 s"]
    assert cells[1].reason == "no GPU"
    assert cells[0].change == "+10.0 %"  # over the gap, against the last measured one

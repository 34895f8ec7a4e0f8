"""The newest points as OpenMetrics text."""

from tests.history.formats.written import START, written


def test_openmetrics_is_a_gauge_for_each_metric(tmp_path, capsys):
    written(tmp_path, "openmetrics", None)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "# EOF"
    assert "# TYPE soundmark_operation_time_seconds gauge" in lines
    assert "# UNIT soundmark_bandwidth_bytes_per_second bytes_per_second" in lines
    assert "# UNIT soundmark_operation_time_seconds seconds" in lines
    assert (
        'soundmark_operation_time_seconds{suite="suite",benchmark="mel",params="n=1",machine="box",'
        f'commit="{10:040x}"}} 2.0 {START.timestamp():.3f}'
    ) in lines
    names = [line.partition("{")[0] for line in lines if not line.startswith("#")]
    assert names == sorted(names), "what belongs together stands together"

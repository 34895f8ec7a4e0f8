"""What several processes of one side measured of one case becomes one point for each series."""

from collector.contract import Case
from collector.results.visits import absent
from history.words.metrics import Direction
from history.words.records import Failed, Side

CASE = Case(benchmark="work", process="a", metrics=("total_time", "forward_peak_rss"))


def test_an_absence_of_a_side_holds_no_path_of_this_computer():
    time, peak = absent("toys", CASE, Side.BASE, Failed(reason="no /home/ann/models/base.onnx"))
    assert time.outcome == peak.outcome == Failed(reason="no …/base.onnx")
    assert {time.side, peak.side} == {Side.BASE}


def test_an_absent_peak_of_a_stage_has_its_unit_as_a_measured_one_has():
    _, peak = absent("toys", CASE, Side.HEAD, Failed(reason="x"))
    assert (peak.unit, peak.direction) == ("B", Direction.LOWER)

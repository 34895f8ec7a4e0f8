"""The plan as `--plan json` prints it."""

from collector.cli.shares import cases
from collector.contract import Absence
from history.words.records import Skipped
from tests.collector.planning.test_plan import assembled, case


def test_two_absences_of_one_title_are_both_in_the_plan():
    lacks = Skipped(reason="no GPU")
    times, memory = case(k="1"), case(k="1", metrics=("peak_rss",))
    absences = [Absence(case=one, outcome=lacks) for one in (times, memory)]
    works = assembled([case(k="2")], absences=absences)
    found = cases(works, {"micro.top_k[k=2] implementation=a": 3.0})
    assert [(one.params["k"], one.metrics, one.expected_s, one.absent) for one in found] == [
        ("2", ("operation_time",), 3.0, ""),
        ("1", ("operation_time",), None, "no GPU"),
        ("1", ("peak_rss",), None, "no GPU"),
    ]

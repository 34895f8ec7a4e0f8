"""Messages of cargo-criterion, written by hand after its documentation."""

import json

import pytest

from history.formats.cargo_criterion import CargoCriterion
from tests.history.formats.builders import outcome

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

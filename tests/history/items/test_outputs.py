import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.items import outputs
from history.items.outputs import Summary
from history.report.wording import outputs as wording

ONE: Summary = {"shape": "2x3", "dtype": "float32", "mean": 1.0, "std": 2.0, "nonzero": 6}
MANY = ONE | {"nonzero": 96000}


def test_facts_of_stages_come_back_in_the_order_of_the_pipeline():
    stages = {"mel": dict(ONE), "encoder": ONE | {"mean": 3.0}, "other": dict(ONE)}
    facts = outputs.facts_of(stages) | {"tokens": 3, "encoder.fingerprint": "ab", "shape": "x"}
    found = outputs.stages_of(dict(sorted(facts.items())))
    assert list(found) == ["mel", "encoder", "other"]
    assert found == stages


def test_a_text_where_a_number_belongs_is_left_out():
    facts: Summary = {"mel.shape": "2x3", "mel.mean": "high", "mel.nonzero": 6}
    found = outputs.stages_of(facts)
    assert found == {"mel": {"shape": "2x3", "nonzero": 6}}
    assert outputs.differences(found, {"mel": ONE}) == ()


def test_a_difference_names_stage_key_and_both_values():
    (found,) = outputs.differences({"mel": ONE}, {"mel": ONE | {"mean": 1.5}})
    assert (found.stage, found.key, found.before, found.now) == ("mel", "mean", 1.0, 1.5)
    assert wording.difference(found) == "mel: mean was 1, is 1.5 (allowed ±0.0020)."


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ({}, "mel: it was there, and is no more."),
        ({"mel": MANY | {"shape": "80x9"}}, "mel: shape was 2x3, is 80x9."),
        ({"mel": MANY | {"nonzero": 0}}, "mel: 96\u202f000 values were not zero, now 0 are not."),
    ],
)
def test_what_became_another_is_told(now, words):
    (found,) = outputs.differences({"mel": MANY}, now)
    assert wording.difference(found) == words


@given(st.floats(-0.0019, 0.0019))
def test_what_lies_within_the_tolerance_is_no_difference(change):
    assert outputs.differences({"mel": ONE}, {"mel": ONE | {"mean": 1.0 + change}}) == ()


def test_the_newest_other_output_is_found():
    other = {"mel": ONE | {"mean": 9.0}}
    same = {"mel": dict(ONE)}
    assert outputs.last_other([other, same, other, same, same]) == 2
    assert outputs.last_other([same, same]) is None
    assert outputs.last_other([]) is None


def test_a_stage_that_came_makes_another_output():
    assert outputs.last_other([{"mel": ONE}, {"mel": ONE, "encoder": ONE}]) == 0

from hypothesis import given
from hypothesis import strategies as st

from history.items import outputs
from history.items.outputs import Summary

ONE: Summary = {"shape": "2x3", "dtype": "float32", "mean": 1.0, "std": 2.0, "nonzero": 6}


def test_facts_of_stages_come_back_in_the_order_of_the_pipeline():
    stages = {"mel": dict(ONE), "encoder": ONE | {"mean": 3.0}, "other": dict(ONE)}
    facts = outputs.facts_of(stages) | {"tokens": 3, "encoder.fingerprint": "ab", "shape": "x"}
    found = outputs.stages_of(dict(sorted(facts.items())))
    assert list(found) == ["mel", "encoder", "other"]
    assert found == stages


def test_a_difference_names_stage_key_and_both_values():
    (found,) = outputs.differences({"mel": ONE}, {"mel": ONE | {"mean": 1.5}})
    assert found == ("mel", "mean", "mel: mean was 1, is 1.5 (allowed ±0.002).")


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

import numpy as np
import pytest

from history.compare.rounds import Sampled, evidence
from tests.history.compare.duets import taken


def test_a_round_has_two_pairs_of_neighbours_and_two_of_the_same_code():
    base, head = taken([[1.0, 10.0, 20.0, 2.0], [30.0, 3.0, 4.0, 40.0]], [True, False])
    found = evidence(base, head)
    assert [(one.first, one.second) for one in found.change.couples] == [
        (1.0, 10.0),
        (2.0, 20.0),
        (3.0, 30.0),
        (4.0, 40.0),
    ]
    assert {frozenset((one.first, one.second)) for one in found.control.couples} == {
        frozenset((1.0, 2.0)),
        frozenset((3.0, 4.0)),
        frozenset((10.0, 20.0)),
        frozenset((30.0, 40.0)),
    }


def test_the_ratio_is_that_of_the_pairs_whatever_the_machine_did_between_the_rounds():
    speed = np.array([1.0, 3.0, 1.5, 9.0, 2.0, 5.0])[:, None]
    base, head = taken(np.ones((6, 4)) * speed, [True, False] * 3, change=1.05)
    found = evidence(base, head)
    assert found.change.ratio.value == pytest.approx(1.05)
    assert found.effect == 1.0
    assert found.pairs == 12


def test_a_steady_drift_leans_neither_the_change_nor_the_control():
    drift = 1.01 ** np.arange(64).reshape(16, 4)
    found = evidence(*taken(drift, [True, False] * 8))
    assert found.change.ratio.value == pytest.approx(1.0)
    assert found.control.ratio.value == pytest.approx(1.0)


def test_the_control_knows_how_far_a_process_differs_from_the_next():
    generator = np.random.default_rng(1)
    quiet = evidence(*taken(np.exp(generator.normal(0, 0.002, (12, 4))), [True, False] * 6))
    loud = evidence(*taken(np.exp(generator.normal(0, 0.1, (12, 4))), [True, False] * 6))
    assert quiet.noise < 0.005
    assert 0.02 < loud.noise < 0.2


def test_a_change_between_the_sides_is_no_noise():
    values = np.exp(np.random.default_rng(2).normal(0, 0.005, (12, 4)))
    without = evidence(*taken(values, [True, False] * 6))
    with_change = evidence(*taken(values, [True, False] * 6, change=2.0))
    assert with_change.noise == pytest.approx(without.noise)


def test_disturbed_pairs_do_not_count_while_enough_others_remain():
    values = np.ones((6, 4))
    values[0, 1] = 7.0
    found = evidence(*taken(values, [True] * 6, disturbed={(0, 1)}))
    assert found.pairs == 11
    assert found.change.left_out == 1
    assert found.control.left_out == 1
    assert found.effect == 0.0


def test_where_everything_is_disturbed_everything_counts():
    every = {(round_, place) for round_ in range(6) for place in range(4)}
    found = evidence(*taken(np.ones((6, 4)), [True] * 6, disturbed=every))
    assert (found.pairs, found.change.left_out) == (12, 0)


def test_several_samples_of_a_process_are_one_fact():
    base = Sampled((1.0, 1.0, 50.0), (0, 0, 0), (0, 0, 0))
    head = Sampled((2.0, 2.0, 90.0), (0, 0, 0), (1, 1, 1))
    (one,) = evidence(base, head).change.couples
    assert (one.first, one.second) == (1.0, 2.0)


def test_a_process_with_a_sample_left_alone_is_not_disturbed():
    base = Sampled((1.0, 9.0), (0, 0), (0, 0), preempted=(1,))
    head = Sampled((2.0,), (0,), (1,))
    (one,) = evidence(base, head).change.couples
    assert (one.first, one.disturbed) == (1.0, False)


def test_five_pairs_are_no_test_and_no_noise():
    base, head = taken(np.ones((2, 4)), [True, False])
    found = evidence(base, head)
    assert found.p is None
    assert found.noise is None
    assert found.pairs == 4


def test_a_value_of_zero_has_no_ratio():
    values = np.ones((6, 4))
    values[3, 0] = 0.0
    found = evidence(*taken(values, [True] * 6))
    assert found.change.ratio is None
    assert found.p is not None


def test_a_round_of_one_side_alone_is_no_pair():
    base = Sampled((1.0, 1.0), (0, 1), (0, 4))
    head = Sampled((1.0,), (0,), (1,))
    assert evidence(base, head).pairs == 1

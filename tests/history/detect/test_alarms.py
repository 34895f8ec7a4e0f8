from hypothesis import given
from hypothesis import strategies as st

from history.detect.alarms import carry_over

shifts = st.lists(st.tuples(st.integers(0, 60), st.sampled_from([-0.1, 0.1])), max_size=8)


def test_a_shift_seen_again_nearby_is_the_same_alarm():
    assert carry_over([(62, 0.1)], [(60, 0.12)]) == [0]
    assert carry_over([(66, 0.1)], [(60, 0.12)]) == [None]


def test_the_opposite_direction_is_another_alarm():
    assert carry_over([(60, -0.1)], [(60, 0.1)]) == [None]


def test_two_real_shifts_never_become_one():
    assert carry_over([(60, 0.1), (63, 0.1)], [(61, 0.1)]) == [0, None]


def test_the_nearest_alarm_wins():
    assert carry_over([(60, 0.1)], [(56, 0.1), (61, 0.1)]) == [1]


@given(shifts, shifts)
def test_an_alarm_is_used_at_most_once(found, known):
    used = [k for k in carry_over(found, known) if k is not None]
    assert len(used) == len(set(used))


@given(st.lists(st.integers(0, 60), unique=True, max_size=8))
def test_the_same_changes_again_are_all_known(places):
    changes = [(place, 0.1) for place in places]
    assert carry_over(changes, changes) == list(range(len(changes)))

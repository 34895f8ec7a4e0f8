"""Which changes are one event: ranges of commits in, groups and their ids out."""

import random

from hypothesis import given
from hypothesis import strategies as st

from history.judge.event_groups import BESIDE, MANY, TIMES, Beginning, groups, names


def begun(after, until, raised=None):
    return Beginning(after, until, until if raised is None else raised)


def members(found):
    return [one.members for one in found]


spans = st.tuples(st.integers(0, 40), st.integers(0, 8), st.integers(-5, 5))
beginnings = st.lists(
    spans.map(lambda one: Beginning(one[0], one[0] + one[1], max(0, one[0] + one[1] + one[2]))),
    max_size=60,
)


def test_ranges_that_are_the_same_are_one_event():
    found = groups([begun(3, 4)] * 90)
    assert [(one.after, one.until, len(one.members)) for one in found] == [(3, 4, 90)]


def test_a_suite_measured_less_often_joins_the_event_within_its_range():
    found = groups([begun(6, 7), begun(0, 10), begun(6, 7)])
    assert [(one.after, one.until, one.members) for one in found] == [(6, 7, (0, 1, 2))]


def test_a_wide_range_goes_to_the_event_that_explains_most():
    found = groups([begun(1, 2), *[begun(8, 9)] * 3, begun(0, 10)])
    assert members(found) == [(0,), (1, 2, 3, 4)]


def test_ranges_that_touch_without_sharing_a_commit_are_two_events():
    assert members(groups([begun(3, 4), begun(4, 5)])) == [(0,), (1,)]


def test_a_stray_estimate_beside_a_large_event_joins_it():
    found = groups([*[begun(9, 10)] * (MANY * TIMES), begun(10, 11), begun(10 + BESIDE, 13)])
    assert [one.until for one in found] == [10, 13]
    assert found[0].beside == {MANY * TIMES}


def test_two_large_events_at_neighbouring_commits_stay_two():
    found = groups([*[begun(9, 10)] * 30, *[begun(10, 11)] * 12])
    assert [len(one.members) for one in found] == [30, 12]


def test_a_change_between_two_runs_at_one_commit_has_no_other_commit():
    (found,) = groups([begun(4, 4)])
    assert (found.after, found.until) == (4, 4)


@given(beginnings)
def test_every_change_is_in_exactly_one_event(given_ranges):
    found = groups(given_ranges)
    assert sorted(one for group in found for one in group.members) == list(range(len(given_ranges)))


@given(beginnings)
def test_all_of_an_event_share_its_commit_but_for_those_beside_it(given_ranges):
    for group in groups(given_ranges):
        for one in group.members:
            inside = given_ranges[one].holds(group.until)
            assert inside is (one not in group.beside)
        own = [given_ranges[one] for one in group.members if one not in group.beside]
        assert group.until == min(one.until for one in own)
        assert group.after < group.until or all(one.after == one.until for one in own)


@given(beginnings)
def test_those_beside_an_event_are_few_and_near(given_ranges):
    for group in groups(given_ranges):
        own = len(group.members) - len(group.beside)
        for one in group.beside:
            assert own >= MANY
            chosen = [at for at in range(60) if given_ranges[one].holds(at)]
            assert min(abs(at - group.until) for at in chosen) <= BESIDE


@given(beginnings, st.randoms(use_true_random=False))
def test_the_order_of_the_changes_does_not_matter(given_ranges, shuffler: random.Random):
    order = list(range(len(given_ranges)))
    shuffler.shuffle(order)
    shuffled = groups([given_ranges[one] for one in order])
    back = [
        (one.after, one.until, sorted(order[place] for place in one.members), one.raised)
        for one in shuffled
    ]
    plain = groups(given_ranges)
    assert back == [(one.after, one.until, sorted(one.members), one.raised) for one in plain]
    commits = [f"c{place}" for place in range(60)]
    assert names("box", shuffled, commits) == names("box", plain, commits)


@given(beginnings)
def test_no_two_events_have_one_id_and_every_id_leads_to_its_own(given_ranges):
    found = groups(given_ranges)
    own, known = names("box", found, [f"c{place}" for place in range(60)])
    assert len(set(own)) == len(found)
    assert [known[name] for name in own] == list(range(len(found)))


def test_the_id_stays_while_estimates_move_and_series_join():
    commits = [f"c{place}" for place in range(20)]
    (before,), _ = names("box", groups([begun(7, 8)] * 3), commits)
    later = groups([*[begun(8, 9, raised=8)] * 3, begun(4, 9), begun(8, 9)])
    (after,), known = names("box", later, commits)
    assert after == before
    assert names("box", groups([begun(8, 9)]), commits)[0][0] in known


def test_the_same_commits_on_another_machine_have_another_id():
    found, commits = groups([begun(7, 8)]), [f"c{place}" for place in range(20)]
    assert names("box", found, commits)[0] != names("bee", found, commits)[0]

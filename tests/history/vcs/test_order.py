"""Commits stand in the order of their graph, whatever clocks and clones say."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from history.vcs.graph import Answer, Graph
from history.vcs.order import OnBranch, abandoned, ordered

START = datetime(2026, 1, 1, tzinfo=UTC)


def in_order(parents, clock):
    """Names by their place; ``clock`` is name to time."""
    names = sorted(clock)
    keys = [(clock[name], name) for name in names]
    return [names[place] for place in ordered(names, keys, Graph(parents))]


def random_graph(generator, size):
    """Commit i has up to three parents among those before it."""
    parents: dict[int, tuple[int, ...]] = {0: ()}
    for commit in range(1, size):
        earlier = range(max(0, commit - 8), commit)
        wanted = generator.choice([1, 1, 1, 2, 3])
        parents[commit] = tuple(generator.sample(earlier, min(wanted, len(earlier))))
    return {f"c{one:03d}": tuple(f"c{p:03d}" for p in old) for one, old in parents.items()}


def ancestors(parents, name):
    found, left = set(), [name]
    while left:
        for parent in parents.get(left.pop(), ()):
            if parent not in found:
                found.add(parent)
                left.append(parent)
    return found


@pytest.mark.parametrize("seed", range(40))
def test_no_commit_stands_before_an_ancestor_that_is_known(seed):
    generator = random.Random(seed)
    parents = random_graph(generator, 60)
    clock = {name: generator.randrange(20) for name in parents}
    known = {name: old for name, old in parents.items() if generator.random() < 0.7}
    measured = {name: clock[name] for name in clock if generator.random() < 0.5}
    found = in_order(known, measured)
    assert sorted(found) == sorted(measured)
    for place, name in enumerate(found):
        assert ancestors(known, name).isdisjoint(found[place:])


@pytest.mark.parametrize("seed", range(40))
def test_an_answer_about_ancestors_is_never_wrong_only_unknown(seed):
    generator = random.Random(seed)
    parents = random_graph(generator, 30)
    share = generator.choice([0.5, 0.8, 0.95, 1.0])
    known = Graph({name: old for name, old in parents.items() if generator.random() < share})
    for other in parents:
        truth = ancestors(parents, other) | {other}
        for one in parents:
            answer = known.is_behind(one, other)
            assert answer in {Answer.UNKNOWN, Answer.YES if one in truth else Answer.NO}
            assert share < 1 or answer is not Answer.UNKNOWN


@pytest.mark.parametrize("seed", range(20))
def test_times_alone_give_the_order_of_times(seed):
    generator = random.Random(seed)
    clock = {f"c{place}": generator.randrange(5) for place in range(30)}
    assert in_order({}, clock) == sorted(clock, key=lambda name: (clock[name], name))


def test_a_clock_that_went_back_moves_no_commit():
    names = ["c0", "c2", "c3", "c4", "c5", "c6"]
    line = {one: (old,) for old, one in pairwise(names)}
    clock = dict(zip(names, [10, 12, 13, 1, 15, 16], strict=True))
    assert in_order(line, clock) == names


def test_commits_that_were_not_measured_connect_those_that_were():
    line = {f"c{place}": (f"c{place - 1}",) for place in range(1, 10)}
    assert in_order(line, {"c8": 1, "c5": 2, "c0": 3}) == ["c0", "c5", "c8"]


def test_a_hash_and_its_abbreviation_are_one_commit():
    old, new = "a" * 40, "b" * 40
    assert in_order({new: (old,)}, {"a" * 8: 9, new: 1, old: 8}) == [old, "a" * 8, new]


def test_a_circle_loses_nothing():
    circle = {"a": ("b",), "b": ("a",), "c": ("b",)}
    assert sorted(in_order(circle, {"a": 2, "b": 1, "c": 0})) == ["a", "b", "c"]


def left(parents, *commits):
    """Names of the commits that are abandoned; a commit is (name, branch, night, tag)."""
    made = [
        OnBranch(name, branch, tag, START + timedelta(days=night))
        for name, branch, night, tag in commits
    ]
    marks = abandoned(made, Graph(parents))
    return [one.sha for one, is_left in zip(made, marks, strict=True) if is_left]


def test_a_commit_that_a_forced_push_replaced_is_abandoned():
    parents = {"a": ("p",), "b": ("p",)}
    assert left(parents, ("p", "main", 0, ""), ("a", "main", 1, ""), ("b", "main", 2, "")) == ["a"]


def test_the_last_measured_head_is_the_branch_even_if_its_clock_is_behind():
    parents = {"a": ("p",), "b": ("p",)}
    assert left(parents, ("p", "main", 0, ""), ("b", "main", 2, ""), ("a", "main", 1, "")) == ["a"]


def test_a_commit_measured_late_is_not_the_head_of_its_branch():
    parents = {"b": ("a",), "c": ("b",)}
    line = [("a", "main", 0, ""), ("b", "main", 9, ""), ("c", "main", 1, "")]
    assert left(parents, *line) == []


def test_a_merged_side_branch_is_not_abandoned():
    parents = {"s": ("p",), "q": ("p",), "m": ("q", "s")}
    commits = [("p", "main", 0, ""), ("s", "main", 1, ""), ("m", "main", 3, "")]
    assert left(parents, *commits) == []


def test_a_branch_that_was_never_merged_is_not_abandoned():
    parents = {"s": ("p",), "q": ("p",)}
    assert left(parents, ("p", "main", 0, ""), ("s", "try", 1, ""), ("q", "main", 2, "")) == []


def test_a_tagged_commit_is_not_abandoned():
    parents = {"a": ("p",), "b": ("p",)}
    commits = [("p", "main", 0, ""), ("a", "main", 1, "v1"), ("b", "main", 2, "")]
    assert left(parents, *commits) == []


def test_nothing_is_abandoned_where_ancestors_are_not_known():
    assert left({}, ("a", "main", 0, ""), ("b", "main", 1, "")) == []

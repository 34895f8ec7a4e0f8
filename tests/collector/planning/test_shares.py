"""A plan is dealt out to shards so that all take about as long."""

import itertools

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from collector.planning import shares
from collector.planning.plan import Shard
from tests.collector.planning.test_plan import assembled, case, cases, names

seconds = st.floats(0.0, 1e4, allow_nan=False)


def loads(costs, dealt, count):
    return [sum(c for c, s in zip(costs, dealt, strict=True) if s == k) for k in range(count)]


@given(st.lists(seconds, max_size=60), st.integers(1, 9))
def test_every_piece_falls_to_one_shard_and_none_has_a_piece_too_many(costs, count):
    dealt = shares.deal(costs, count)
    assert len(dealt) == len(costs)
    assert all(0 <= shard < count for shard in dealt)
    assert max(loads(costs, dealt, count)) <= sum(costs) / count + max(costs, default=0.0) + 1e-6


@given(st.lists(st.integers(0, 100), max_size=6), st.integers(1, 3))
def test_no_shard_is_a_third_above_the_best_that_can_be(costs, count):
    ways = itertools.product(range(count), repeat=len(costs))
    best = min(max(loads(costs, way, count)) for way in ways)
    assert max(loads(costs, shares.deal(costs, count), count)) <= 4 / 3 * best + 1e-9


@given(st.integers(0, 40), st.integers(1, 9))
def test_equal_pieces_are_dealt_out_in_turn(pieces, count):
    assert shares.deal([1.0] * pieces, count) == [place % count for place in range(pieces)]


@given(cases, st.integers(1, 5), st.dictionaries(st.integers(0, 19), seconds))
def test_shards_together_are_the_whole_whatever_is_known_of_durations(found, count, known):
    (work, *_) = assembled(found) or (None,)
    spent = {work.title(found[k]): s for k, s in known.items() if k < len(found)} if work else {}
    parts = [
        names(assembled(found, shard=Shard(k, count), seconds=spent)) for k in range(1, count + 1)
    ]
    together = [name for part in parts for name in part]
    assert sorted(together) == sorted(names(assembled(found)))
    assert len(together) == len(set(together))


def test_one_long_benchmark_has_a_shard_of_its_own():
    found = [case(k=str(k)) for k in range(7)]
    (work,) = assembled(found)
    spent = {work.title(one): 600.0 if one.params["k"] == "3" else 10.0 for one in found}
    sizes = [
        [params for _, params, _ in names(assembled(found, shard=Shard(k, 2), seconds=spent))]
        for k in (1, 2)
    ]
    assert sizes[0] == ["{'k': '3'}"]
    assert len(sizes[1]) == 6


def test_what_was_never_measured_is_taken_for_a_middling_one():
    assert shares.expected({"a": 2.0, "b": 4.0, "c": 90.0}, [["a"], ["b", "new"], ["newer"]]) == [
        2.0, 8.0, 4.0,
    ]  # fmt: skip
    assert shares.expected({}, [["a"], ["b", "c"]]) == [1.0, 2.0]


def test_a_count_beside_a_benchmark_has_a_title_of_its_own():
    counted = case(metrics=("instructions",), k="1")
    timed = case(k="1")
    (work,) = assembled([timed, msgspec.structs.replace(counted, once=True)])
    titles = [work.title(one) for group in work.groups for one in group]
    assert titles == [
        "micro.top_k[k=1] implementation=a", "micro.top_k[k=1] implementation=a (instructions)",
    ]  # fmt: skip

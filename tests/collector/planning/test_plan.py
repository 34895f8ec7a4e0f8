"""What is measured where."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.contract import Absence, Case, SuitePlan
from collector.planning import plan
from collector.planning.plan import Shard, groups_of, matches, parse_shard
from history.words.errors import UsageError
from history.words.records import Skipped, Variant


def case(benchmark: str = "top_k", process: str = "a", metrics=("operation_time",), **params: str):
    return Case(
        benchmark=benchmark,
        process=process,
        metrics=metrics,
        params=params,
        variant=Variant(implementation=process),
    )


def assembled(cases: Any, *, absences: Any = (), **options: Any):
    found = SuitePlan(processes=(), cases=tuple(cases), absences=tuple(absences))
    suite: Any = object()
    return plan.assemble([plan.Planned("micro", "m:M", suite, {}, found)], **options)


def names(works: Any) -> list[tuple[str, str, str]]:
    return [
        (case.benchmark, str(case.params), case.process)
        for work in works
        for group in work.groups
        for case in group
    ]


cases = st.lists(
    st.builds(
        case,
        benchmark=st.sampled_from(["top_k", "top_p", "mel"]),
        process=st.sampled_from(["a", "b", "c"]),
        k=st.sampled_from(["1", "50", "200"]),
    ),
    unique_by=lambda one: (one.benchmark, one.params["k"], one.process),
    max_size=20,
)


@settings(max_examples=20)
@given(cases, cases, st.integers(1, 5))
def test_shares_beside_others_are_theirs_and_the_rest_is_dealt_out(found, others, count):
    whole, there = assembled(found), assembled(others)
    parts = [names(plan.share_beside(whole, there, Shard(k, count))) for k in range(1, count + 1)]
    assert sorted(name for part in parts for name in part) == sorted(names(whole))
    both = set(names(whole)) & set(names(there))
    for k, part in enumerate(parts, 1):
        theirs = names(assembled(others, shard=Shard(k, count)))
        assert both & set(part) == both & set(theirs)


@given(cases, st.integers(1, 5))
def test_shards_are_disjoint_and_together_complete(found, count):
    whole = names(assembled(found))
    parts = [names(assembled(found, shard=Shard(k, count))) for k in range(1, count + 1)]
    together = [name for part in parts for name in part]
    assert sorted(together) == sorted(whole) == sorted(names_of(found))
    # Without past durations every case counts the same, and a group is never divided.
    largest = max((len(group) for work in assembled(found) for group in work.groups), default=0)
    assert max(map(len, parts)) - min(map(len, parts)) <= largest


def names_of(found: Any) -> list[tuple[str, str, str]]:
    return [(one.benchmark, str(one.params), one.process) for one in found]


@given(cases, st.integers(1, 4))
def test_variants_to_be_compared_stay_on_one_machine(found, count):
    for k in range(1, count + 1):
        for work in assembled(found, shard=Shard(k, count)):
            for group in work.groups:
                (first, *_) = group
                partners = [
                    one for one in found
                    if (one.benchmark, one.params) == (first.benchmark, first.params)
                ]  # fmt: skip
                assert len(group) == len(partners)


def test_absences_are_dealt_out_once():
    absence = Absence(case=case(k="50"), outcome=Skipped(reason="no GPU"))
    found = [
        work.plan.absences
        for k in (1, 2, 3)
        for work in assembled([case()], absences=[absence], shard=Shard(k, 3))
    ]
    assert sum(len(absences) for absences in found) == 1


def test_equal_benchmarks_of_different_processes_are_interleaved_others_are_not():
    groups = groups_of(
        [case(process="a", k="1"), case(process="a", k="2"), case(process="b", k="1")]
    )
    assert [[one.process for one in group] for group in groups] == [["a", "b"], ["a"]]


def test_cases_of_one_process_that_report_memory_are_kept_apart():
    memory = ("operation_time", "peak_rss")
    three = [case(metrics=memory)] * 3
    groups = groups_of([*three, case("top_k", "b", memory)])
    assert [[one.process for one in group] for group in groups] == [["a", "b"], ["a"], ["a"]]


@pytest.mark.parametrize(
    ("glob", "covered"),
    [
        ("micro.top_k[vocab=32000,k=50]", True),
        ("micro.top_k*", True),
        ("micro.top_k", True),
        ("*implementation=a", True),
        ("micro.top_p*", False),
        ("*[k=5*", False),
        ("*[vocab=32*", True),
    ],
)
def test_a_glob_is_held_against_the_written_name_and_brackets_mean_themselves(glob, covered):
    assert matches("micro", case(vocab="32000", k="50"), [glob]) is covered


def test_only_that_matches_nothing_names_the_nearest():
    with pytest.raises(UsageError, match=r"micro\.top_k"):
        assembled([case()], only=["micro.topk"])


@pytest.mark.parametrize("text", ["", "0/3", "4/3", "1", "a/b", "1/0", "-1/2"])
def test_a_shard_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match="K/N"):
        parse_shard(text)


def test_a_shard_is_read():
    assert parse_shard(" 2/4 ") == Shard(2, 4)

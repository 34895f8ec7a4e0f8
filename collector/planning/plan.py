"""Decide which cases this computer measures, and in which order.

Pure: takes the suites' plans and the user's choice, returns a work list.
"""

from __future__ import annotations

import difflib
import fnmatch
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from collector.contract import Case, Suite, SuitePlan
from collector.planning import shares
from collector.planning.preparation import Preparation
from history.words.errors import UsageError
from history.words.key import benchmark_id, pairs_text
from history.words.metrics import Kind, find
from history.words.records import Point, Variant

Group = tuple[Case, ...]
"""Cases that are interleaved: one benchmark with equal parameters in several variants."""


Identity = tuple[str, str, str, str, str]
"""Suite, benchmark, parameters, variant and the headline metric of a case, as text."""


def identity(
    suite: str, benchmark: str, params: Mapping[str, str], variant: Variant, metric: str
) -> Identity:
    """The identity of a case and of its points."""
    return suite, benchmark, pairs_text(params.items()), variant.text(), metric


class SuiteWork(NamedTuple):
    """One suite with its options and its part of the work list."""

    name: str
    target: str
    """``module:Class``."""
    suite: Suite
    options: dict[str, Any]
    """As built-in types, ready to be sent to a child."""
    plan: SuitePlan
    groups: tuple[Group, ...]
    preparation: Preparation = Preparation()

    @property
    def cases(self) -> int:
        """Cases to be measured, without absences."""
        return sum(len(group) for group in self.groups)

    def label(self, case: Case) -> str:
        """``cli.decode[k=1] threads=2``, one of the forms that ``--only`` takes."""
        name = benchmark_id(self.name, case.benchmark, case.params)
        return f"{name} {case.variant.text()}".rstrip()

    def title(self, case: Case) -> str:
        """The label; a case that is done once, such as counting, has its metric added."""
        return f"{self.label(case)} ({case.metrics[0]})" if case.once else self.label(case)

    def identity(self, case: Case) -> Identity:
        """The identity of the case."""
        return identity(self.name, case.benchmark, case.params, case.variant, case.metrics[0])


class Shard(NamedTuple):
    """Share ``number`` of ``of``; numbers start at 1."""

    number: int
    of: int


WHOLE: Final = Shard(1, 1)


def parse_shard(text: str) -> Shard:
    """``"2/4"`` -> ``Shard(2, 4)``. Raises UsageError for anything else."""
    match = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    if match is None or not 1 <= int(match.group(1)) <= int(match.group(2)):
        raise UsageError(
            f'--shard: expected K/N with K from 1 to N, such as "2/4", found "{text}".'
        )
    return Shard(int(match.group(1)), int(match.group(2)))


def groups_of(cases: Iterable[Case]) -> tuple[Group, ...]:
    """Interleaved groups, in the order of their first cases.

    Cases of one process that report memory are kept apart, since each would include the memory of
    the others. A case that is done once is never placed between samples of another.
    """
    groups: dict[tuple[object, ...], list[Case]] = {}
    before: Counter[tuple[object, ...]] = Counter()
    for case in cases:
        key = (case.benchmark, tuple(sorted(case.params.items())), case.once)
        reports_memory = any(find(metric).kind is Kind.MEMORY for metric in case.metrics)
        # The n-th case of each process shares a group with the n-th of the other processes.
        place = before[*key, case.process] if reports_memory else 0
        before[*key, case.process] += 1
        groups.setdefault((*key, place), []).append(case)
    return tuple(tuple(group) for group in groups.values())


def matches(suite: str, case: Case, globs: Sequence[str]) -> bool:
    """Whether any glob matches the case; no globs match everything.

    A glob is matched against ``suite.benchmark[params]``, the same without parameters, and either
    followed by `` variant``; ``[`` is literal.
    """
    if not globs:
        return True
    full, bare = benchmark_id(suite, case.benchmark, case.params), f"{suite}.{case.benchmark}"
    variant = case.variant.text()
    names = (full, bare, f"{full} {variant}", f"{bare} {variant}")
    patterns = [glob.replace("[", "[[]") for glob in globs]
    return any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in patterns)


class Planned(NamedTuple):
    """One suite with its whole plan, before cases are chosen."""

    name: str
    target: str
    suite: Suite
    options: dict[str, Any]
    plan: SuitePlan
    preparation: Preparation = Preparation()


def assemble(
    suites: Iterable[Planned],
    *,
    only: Sequence[str] = (),
    shard: Shard = WHOLE,
    seconds: Mapping[str, float] | None = None,
) -> tuple[SuiteWork, ...]:
    """The work list: the groups of this shard among those that ``only`` matches.

    Groups of all suites are dealt out by expected duration (``seconds``, by title). So shards are
    disjoint and together complete, and variants to be compared stay on one machine. Raises
    UsageError when ``only`` covers nothing, or when one series would be measured twice.
    """
    works: list[SuiteWork] = []
    names: list[str] = []
    seen: set[tuple[object, ...]] = set()
    for name, target, suite, options, plan, preparation in suites:
        names += [benchmark_id(name, case.benchmark, case.params) for case in plan.cases]
        cases = [case for case in plan.cases if matches(name, case, only)]
        _refuse_twins(name, cases, seen)
        kept = SuitePlan(
            processes=plan.processes,
            cases=tuple(cases),
            absences=tuple(one for one in plan.absences if matches(name, one.case, only)),
        )
        groups = groups_of(cases)
        works.append(SuiteWork(name, target, suite, options, kept, groups, preparation))
    works = [work for work in works if work.groups or work.plan.absences]
    if only and not works:
        raise _nothing(only, names)
    return tuple(works) if shard.of == 1 else _share(works, shard, seconds or {})


def _share(
    works: Sequence[SuiteWork], shard: Shard, seconds: Mapping[str, float]
) -> tuple[SuiteWork, ...]:
    """The part of these works that belongs to the shard; absences, which take no time, in turn."""
    titles = [[work.title(case) for case in group] for work in works for group in work.groups]
    dealt = iter(shares.deal(shares.expected(seconds, titles), shard.of))
    turn = itertools.count(len(titles))
    found = []
    for work in works:
        mine = tuple(group for group in work.groups if next(dealt) == shard.number - 1)
        absences = tuple(
            one for one in work.plan.absences if next(turn) % shard.of == shard.number - 1
        )
        if mine or absences:
            cases = tuple(case for group in mine for case in group)
            kept = msgspec.structs.replace(work.plan, cases=cases, absences=absences)
            found.append(work._replace(plan=kept, groups=mine))
    return tuple(found)


def share_beside(
    works: Sequence[SuiteWork],
    others: Sequence[SuiteWork],
    shard: Shard,
    seconds: Mapping[str, float] | None = None,
) -> tuple[SuiteWork, ...]:
    """The share of works that stand beside others, both given whole.

    What the others have too is in the share that it falls to among them, so that both sides of a
    comparison are measured in one place; the rest is dealt out as usual.
    """
    if shard.of == 1:
        return tuple(works)
    own, theirs = (_identities_of(_share(part, shard, seconds or {})) for part in (works, others))
    kept = theirs | (own - _identities_of(others))
    return _without(works, _identities_of(works) - kept)


def identities(points: Iterable[Point]) -> set[Identity]:
    """Identities of these points, over all metrics, since any may be a case's first."""
    return {
        identity(one.suite, one.benchmark, one.params, one.variant, one.metric) for one in points
    }


def remaining(works: Iterable[SuiteWork], found: Iterable[Point]) -> tuple[SuiteWork, ...]:
    """The part of these works that has no point yet; absences are not repeated."""
    return _without(works, identities(found))


def _identities_of(works: Iterable[SuiteWork]) -> set[Identity]:
    """Identities of all cases, also of those that cannot be measured."""
    return {
        work.identity(case)
        for work in works
        for case in (*work.plan.cases, *(one.case for one in work.plan.absences))
    }


def _without(works: Iterable[SuiteWork], have: set[Identity]) -> tuple[SuiteWork, ...]:
    """The part of these works that is none of ``have``."""
    rest = []
    for work in works:
        groups = tuple(
            group
            for cases in work.groups
            if (group := tuple(case for case in cases if work.identity(case) not in have))
        )
        absences = tuple(one for one in work.plan.absences if work.identity(one.case) not in have)
        if groups or absences:
            cases = tuple(case for case in work.plan.cases if work.identity(case) not in have)
            plan = msgspec.structs.replace(work.plan, cases=cases, absences=absences)
            rest.append(work._replace(plan=plan, groups=groups))
    return tuple(rest)


def _refuse_twins(suite: str, cases: Sequence[Case], seen: set[tuple[object, ...]]) -> None:
    own: dict[tuple[object, ...], set[str]] = {}
    for case in cases:
        full = benchmark_id(suite, case.benchmark, case.params)
        key = (suite, case.benchmark, tuple(sorted(case.params.items())), case.variant.pairs())
        metrics = own.setdefault(key, set())
        if key in seen or not metrics.isdisjoint(case.metrics):
            raise UsageError(
                f"{full} {case.variant.text()} would be measured twice, as one series.".replace(
                    "  ", " "
                ),
                hint="Two [[suite]] tables plan it: take it out of one, or let its variant differ.",
            )
        metrics.update(case.metrics)
    seen.update(own)


def _nothing(only: Sequence[str], names: Sequence[str]) -> UsageError:
    near = difflib.get_close_matches(only[0], dict.fromkeys(names), n=3, cutoff=0.4)
    advice = f"Near are: {', '.join(near)}." if near else "`soundmark suites` lists them all."
    return UsageError(f"--only: no benchmark matches {', '.join(only)}.", hint=advice)

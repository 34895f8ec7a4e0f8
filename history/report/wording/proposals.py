"""Words for proposed targets, as lines for ``soundmark.toml``."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from history.judge.proposals import FEWEST
from history.report.review.inert import one_line
from history.report.wording import names, numbers
from history.words import units
from history.words.units import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from history.judge.proposals import Limit, Proposal, Proposed


def toml(proposals: Sequence[Proposal]) -> str:
    """A ``[[target]]`` table for each proposed limit, with a comment about it."""
    alike = Counter((one.key.benchmark_id, one.key.metric) for one in proposals if one.limit)
    return "\n".join(
        "\n".join(_target(one, one.limit, alike[one.key.benchmark_id, one.key.metric] > 1))
        for one in proposals
        if one.limit
    )


def _target(one: Proposal, limit: Limit, is_one_of_many: bool) -> Iterator[str]:  # noqa: FBT001
    key = one.key
    called = f"{key.benchmark_id} {key.metric}"
    yield f"# {one_line(called)} on {one_line(key.machine)}: {failed(one, limit)}."
    yield f"# {level(one)}."
    if one.tighter:
        tighter = f"{written(one, one.tighter)} would have failed {counted(one, one.tighter)}"
        yield f"# Tighter, {tighter}."
    yield "[[target]]"
    if is_one_of_many:
        called = f"{called}, {names.variant(key.variant)}, {key.machine}"
    yield f"name = {_quoted(called)}"
    yield f"benchmark = {_quoted(key.benchmark_id)}"
    yield f"metric = {_quoted(key.metric)}"
    if is_one_of_many:
        yield f"variant = {_quoted(key.variant)}"
        yield f"machine = {_quoted(key.machine)}"
    yield f"limit = {_quoted(written(one, limit))}"
    yield ""


def written(one: Proposal, limit: Limit) -> str:
    """``120 ms``, as the configuration reads it back."""
    return units.written(Quantity(limit.value, one.key.unit))


def counted(one: Proposal, limit: Limit) -> str:
    """``3 of 34 clean runs (8.8 %)``."""
    return f"{limit.failed} of {one.clean} clean runs ({numbers.share(limit.failed / one.clean)})"


def failed(one: Proposal, limit: Limit) -> str:
    """The false alarms of the limit, and their upper bound."""
    return (
        f"it would have failed {counted(one, limit)}; a rate of up to "
        f"{numbers.share(limit.highest)} cannot be ruled out"
    )


def level(one: Proposal) -> str:
    """The level behind the limit."""
    others = numbers.counted(one.others, "other point was", "other points were")
    return f"Their median is {numbers.value(one.level, one.key.shown_in)}; {others} left out"


def without(one: Proposal) -> str:
    """Why there is no limit."""
    called = one_line(f"{one.key.benchmark_id} {one.key.metric} on {one.key.machine}")
    if one.clean < FEWEST:
        return f"{called}: expected at least {FEWEST} clean runs, found {one.clean}"
    worst = "even a limit at twice the level" if one.direction == "lower" else "half the level"
    return f"{called}: too much noise, {worst} would have had too many false alarms"


def left(found: Proposed) -> list[str]:
    """Series without a proposal, a line each."""
    return [*[without(one) for one in found.proposals if one.limit is None], *_not_asked(found)]


def nothing(found: Proposed) -> str:
    """Why nothing is proposed, with counts instead of names."""
    refused = [one for one in found.proposals if one.limit is None]
    few = [one.clean for one in refused if one.clean < FEWEST]
    noisy = len(refused) - len(few)
    parts = []
    if few:
        parts.append(f"{_series(len(few))} with fewer than {FEWEST} clean runs, at most {max(few)}")
    if noisy:
        parts.append(f"{_series(noisy)} with too much noise")
    told = "; ".join([*parts, *_not_asked(found)]) or "nothing that was measured is asked for"
    return f"no limit can be proposed: {told}."


def _not_asked(found: Proposed) -> list[str]:
    lines = []
    if found.covered:
        has = "has" if found.covered == 1 else "have"
        lines.append(f"{_series(found.covered)} {has} a target already")
    if found.without_direction:
        lines.append(f"{_series(found.without_direction)} left out: no direction is known")
    return lines


def _series(count: int) -> str:
    return numbers.counted(count, "series", "series")


def _quoted(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)

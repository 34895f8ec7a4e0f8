"""Build the page about methods: the meaning of verdicts and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from history import addresses
from history.words.metrics import registry
from site_gen.pages.interface import Known, Page, reported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from site_gen.pages.context import Context

VERDICTS = (
    ("ok", "no change larger than what could have been detected"),
    ("warn", "over a limit that was declared a warning"),
    ("fail", "a confirmed regression, or over a limit"),
    ("improved", "a confirmed change for the better"),
    ("suspect", "the newest points are far from their level, not beyond doubt: rerun to confirm"),
    ("drift", "the level moved little by little; no single commit is to blame"),
    ("not enough data", "too few points for any verdict; do not read it as “equal”"),
    ("invalid", "the newest run finished, but did not measure what was asked for"),
    ("missing", "the newest run did not measure it"),
    ("no direction", "the metric has no better or worse"),
    ("failed", "it was run and did not finish; what is counted as a fail"),
    ("nothing new", "of a run: nothing failed there and no change begins with it"),
    ("skipped", "it was not run, for a reason that is told, as a device that is not there"),
)
STATES = (
    ("regression", "a confirmed change for the worse that nobody has decided about"),
    ("improvement", "a confirmed change for the better"),
    ("acknowledged", "somebody knows of it, until a date"),
    ("expected", "somebody said that it is meant"),
    ("false alarm", "somebody said that nothing happened"),
    ("recovered", "a later change undid it"),
)
COMPARED = (
    ("better", "the test says so, and the difference is larger than noise between runs"),
    ("worse", "the same the other way"),
    ("no difference shown", "any difference is smaller than the comparison could have shown"),
    ("uncertain", "the 95 % interval reaches both sides of the limit of a target"),
    ("new", "measured on this side alone"),
)


@dataclass(frozen=True, slots=True, eq=False)
class MethodReport:
    """The lists of the method page."""

    signs: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Headings, each with its words and their meanings."""
    metrics: tuple[Any, ...]
    docs: tuple[tuple[str, str], ...]


def pages(known: Known) -> Iterator[Page]:
    """One page."""
    make = reported(_method, known.context, known.docs)
    yield Page(addresses.METHOD, "Method", "method.html", make, navigation="Method")


def _method(context: Context, docs: tuple[tuple[str, str], ...]) -> MethodReport:
    used = {series.key.metric for _, series in context.by_series.values()}
    listed = tuple(one for name, one in registry().items() if name in used)
    signs = (("A verdict", VERDICTS), ("A state of a change", STATES), ("Compared", COMPARED))
    return MethodReport(signs, listed, docs)

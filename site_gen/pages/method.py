"""Work out the page of how numbers are made: what verdicts and metrics mean."""

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
)


@dataclass(frozen=True, slots=True, eq=False)
class MethodReport:
    """What the method page lists."""

    verdicts: tuple[tuple[str, str], ...]
    metrics: tuple[Any, ...]
    docs: tuple[tuple[str, str], ...]


def pages(known: Known) -> Iterator[Page]:
    """One page."""
    make = reported(_method, known.context, known.docs)
    yield Page(addresses.METHOD, "Method", "method.html", make, navigation="Method")


def _method(context: Context, docs: tuple[tuple[str, str], ...]) -> MethodReport:
    used = {series.key.metric for _, series in context.by_series.values()}
    listed = tuple(one for name, one in registry().items() if name in used)
    return MethodReport(VERDICTS, listed, docs)

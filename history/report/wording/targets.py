"""Words for a target: margin and reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.judge.targets import Compliance, margin_of
from history.report.wording import numbers

if TYPE_CHECKING:
    from history.judge.targets import SlaRow


def limit(row: SlaRow) -> str:
    """``120 ms``."""
    return numbers.limit(row.limit, row.key.shown_in)


def value(row: SlaRow) -> str:
    """``≈ 130 ms``, with its age when the suite was measured since; empty where there is none."""
    if row.value is None:
        return ""
    words = numbers.value(row.value, row.key.shown_in, row.qualifier)
    if not row.commits_behind:
        return words
    return f"{words} ({numbers.counted(row.commits_behind, 'commit')} ago)"


def margin(row: SlaRow) -> str:
    """``46 % over, needs 31 % less``; empty where nothing can be judged."""
    if row.value is None or row.status is Compliance.NO_DIRECTION:
        return ""
    return margin_between(row.value, row.limit, row.direction, row.qualifier)


def margin_between(value: float, limit: float, better: str, qualifier: str = "exact") -> str:
    """``46 % over, needs 31 % less``; ``18 % short, needs 22 % more``; ``54 % below the limit``.

    A number published as a bound gives ``at most 3 % over``; a limit of 0 has no margin.
    """
    left = margin_of(value, limit, better)
    if left is None:
        return ""
    distance, is_low = abs(value - limit), better == "lower"
    if qualifier in {"below", "above"}:
        over = value > limit
        bound = "least" if over == (qualifier == "above") else "most"
        words = numbers.whole_percent(100 * distance / abs(limit))
        return f"at {bound} {words} {'over' if over else 'under'}"
    if left >= 0:
        return f"{numbers.whole_percent(left)} {'below' if is_low else 'above'} the limit"
    words = f"{numbers.whole_percent(-left)} {'over' if is_low else 'short'}"
    if value == 0:
        return words
    needed = numbers.whole_percent(100 * distance / abs(value))
    return f"{words}, needs {needed} {'less' if is_low else 'more'}"


def reason(row: SlaRow) -> str:
    """One sentence with the value and the limit, or why there is no verdict."""
    if row.value is None and row.status is not Compliance.NO_DIRECTION:
        if not row.series_id:
            return "nothing that this target is about has been measured"
        return row.absence or "the newest run has no such point"
    if row.status is Compliance.NO_DIRECTION:
        return f"{row.key.metric} has no direction; say which side is good in [metrics.NAME]"
    if row.qualifier != "exact":
        stated = numbers.value(row.value or 0.0, row.key.shown_in)
        return f'published as "{row.qualifier} {stated}", limit {limit(row)}'
    if row.status is Compliance.UNCERTAIN:
        return f"the 95 % interval of {value(row)} reaches both sides of {limit(row)}"
    return f"{value(row)} against {limit(row)}"


def unbroken(row: SlaRow) -> str:
    """Why no commit is named that broke a target, though it is not held; else empty."""
    if row.broken_by or row.status is not Compliance.FAIL:
        return ""
    return "never held on the record"


def nights(row: SlaRow) -> str:
    """``67 % of 30``: in how many of the newest nights it was met."""
    if row.compliance_30 is None:
        return ""
    return f"{numbers.share(row.compliance_30, 0)} of {row.nights}"

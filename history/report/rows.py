"""Results as rows for programs: the columns of each kind; numbers stay exact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from history.judge import detectable
from history.report.output import columns_of
from history.report.wording import changes, confounders, verdicts
from history.words.key import FIELDS

if TYPE_CHECKING:
    from history.compare.results import ComparisonRow, Mean
    from history.judge.changes import ChangeRow
    from history.judge.gate import GateRow
    from history.judge.targets import SlaRow

IDENTITY: Final = tuple(name for name in FIELDS if name != "unit")
REGRESSIONS: Final = (
    *("series_id", *FIELDS, "index", "commit", "previous_commit", "commit_time"),
    *(
        "direction",
        "kind",
        "status",
        "change",
        "change_low",
        "change_high",
        "before",
        "after",
        "n_after",
        "rule",
    ),
    *detectable.COLUMNS,
    *("episode", "end_commit", "recovered_at", "output_changed", "decided", "suspects", "event"),
)
"""The columns of ``soundmark regressions --format csv``."""
SLA: Final = (
    "target",
    *IDENTITY,
    *("limit", "value", "low", "high", "unit", "status", "margin_percent", "compliance_30"),
    "broken_by",
    *detectable.COLUMNS,
    *("best", "best_commit", "trend_percent", "trend", "commit", "commits_behind"),
)
"""The columns of ``soundmark sla --format csv``."""
CHECK: Final = (
    *("verdict", "source"),
    *IDENTITY,
    *("commit", "n", detectable.COLUMNS[0], "reason", detectable.COLUMNS[1]),
)
"""The columns of ``soundmark check --format csv``."""
MEAN: Final = ("mean_speedup", "mean_low", "mean_high", "mean_count")
"""The geometric mean over the suite and kind of a line."""
ITEMS: Final = tuple(
    f"{side}_{name}" for side in ("before", "after") for name in ("items", "p50", "p95")
)
"""Quantiles of a time over the utterances or files of each side; p95 from 20 items on."""
COMPARISON: Final = (
    *FIELDS,
    *("before", "after", "ratio", "ratio_low", "ratio_high", "speedup", "cliffs_delta", "p", "q"),
    *("test", "n_before", "n_after", "verdict", "base_commit", "head_commit", "reason"),
    *detectable.COLUMNS,
    *("direction", "kind"),
    *MEAN,
    "trade",
    *ITEMS,
)
"""The columns of ``soundmark compare --format csv``."""


def change(row: ChangeRow) -> dict[str, Any]:
    """A change; its rule, its decision and its confounders are text."""
    words = {
        "rule": changes.rule(row),
        "decided": changes.decided(row),
        "suspects": tuple(map(confounders.words, row.suspects)),
    }
    return columns_of(row, [name for name in REGRESSIONS if name not in words]) | words


def target(row: SlaRow) -> dict[str, Any]:
    """A target and one series."""
    return columns_of(row, SLA)


def check(row: GateRow) -> dict[str, Any]:
    """One finding."""
    words = {
        "verdict": str(row.reason.word),
        "source": row.reason.source,
        "reason": verdicts.reason(row.reason),
    }
    return columns_of(row, [name for name in CHECK if name not in words]) | words


def compared(row: ComparisonRow, mean: Mean | None) -> dict[str, Any]:
    """A line of a comparison, with the geometric mean of its suite and kind."""
    from history.report.wording import comparisons  # which only a comparison needs

    words = {
        "test": comparisons.test(row.test),
        "reason": comparisons.reason(row),
        "trade": comparisons.traded(row),
    }
    added = {*words, *MEAN, *ITEMS}
    own = columns_of(row, [one for one in COMPARISON if one not in added])
    items = [
        value
        for one in (row.items_before, row.items_after)
        for value in ((one.n, one.p50, one.p95) if one else (None, None, None))
    ]
    whole = (mean.speedup, mean.low, mean.high, mean.count) if mean else (None, None, None, None)
    last = dict(zip(ITEMS, items, strict=True))
    return own | words | dict(zip(MEAN, whole, strict=True)) | last

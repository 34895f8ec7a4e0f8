"""Write the pairwise comparison of variants of alignment on the same utterances.

Every variant is compared with the first one, on their common utterances: ratio of times with its
interval, effect size, and a signed-rank test corrected for the number of comparisons (Benjamini and
Hochberg 1995). Stages that mean different things are not compared: grouping and confidence of
another program are another algorithm.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from history.formats import newest_items as stored
from history.formats.put_out import put_json
from history.items import utterances
from history.stats.effect import benjamini_hochberg

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from history.words.records import Item

METRICS: Final = ("total_time", "forward_time", "post_time", "dp_time", "align_time")


def report(items: Sequence[Item], metrics: Sequence[str] = METRICS) -> list[dict[str, Any]]:
    """One entry per way and metric; ``p_adjusted`` covers all of them. Empty with one way only.

    Times that one of the two lacks are left out.
    """
    ways: dict[str, list[Item]] = {}
    for item in items:
        ways.setdefault(item.variant.text(), []).append(item)
    if len(ways) < 2:
        return []
    (first, base), *others = ways.items()
    found = []
    for way, chosen in others:
        for metric in metrics:
            try:
                pair = utterances.compare(base, chosen, metric)
            except ValueError:
                continue
            found.append({"before": first, "after": way, **dataclasses.asdict(pair)})
    if not found:
        return []
    adjusted = benjamini_hochberg([entry["p"] for entry in found])
    return [
        entry | {"p_adjusted": float(p), "verdict": verdict(entry["low"], entry["high"], float(p))}
        for entry, p in zip(found, adjusted, strict=True)
    ]


def verdict(low: float, high: float, p: float) -> str:
    """``faster``, ``slower`` or ``no difference shown``: both interval and test must agree."""
    if p < 0.05 and high < 1:
        return "faster"
    if p < 0.05 and low > 1:
        return "slower"
    return "no difference shown"


class AlignmentPairs:
    """One JSON array."""

    name = "alignment-pairs"
    summary = "an array, one object per way of running and metric"
    written = "the newest alignment run, compared utterance by utterance"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Write the report; ``None`` is standard output."""
        put_json(target, report(stored.newest(connection, "alignment").items), indent=1)

"""Write how the Viterbi's time grows with frames and states, for each variant.

The origin program's scaling report gives T, S, T x S and the time of every utterance with one
correlation. Here two terms are fitted, because a correlation near 1 hides the part that grows with
T alone, with a power law beside them, and utterances whose size does not explain their time are
named for both.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from history.formats import newest_items as stored
from history.formats.put_out import put_json
from history.items import utterances

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from history.words.records import Item

METRIC: Final = "dp_time"


def report(items: Sequence[Item], metric: str = METRIC) -> list[dict[str, Any]]:
    """One entry per way of running: the fit, then a row per utterance; times in seconds.

    A way that cannot be fitted says why under ``error``.
    """
    found = []
    for way in sorted({item.variant.text() for item in items}):
        chosen = [item for item in items if item.variant.text() == way and metric in item.values]
        entry: dict[str, Any] = {"variant": way, "metric": metric}
        try:
            fit = utterances.scale(chosen, metric)
        except ValueError as error:
            found.append(entry | {"error": str(error)})
            continue
        residuals = {one.item: one.residual for one in fit.residuals}
        told = {
            key: value
            for key, value in dataclasses.asdict(fit).items()
            if key not in ("residuals", "metric")
        }
        rows = [_row(item, metric, residuals[item.item]) for item in chosen]
        found.append(entry | told | {"utterances": rows})
    return found


def _row(item: Item, metric: str, residual: float) -> dict[str, Any]:
    frames, states = int(item.facts["frames"]), int(item.facts["states"])
    return {
        "utterance_id": item.item,
        "t": frames,
        "s": states,
        "ts": frames * states,
        metric: item.values[metric],
        "residual": residual,
    }


class AlignmentScaling:
    """One JSON array."""

    name = "alignment-scaling"
    summary = "an array, one object per way of running"
    written = "two fits of the Viterbi's time over the newest alignment run's utterances"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """Write the report; ``None`` is standard output."""
        put_json(target, report(stored.newest(connection, "alignment").items), indent=1)

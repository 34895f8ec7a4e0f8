"""Write the components of the golden pipeline beside their targets and what they were before.

One Markdown table for each benchmark and variant: component, value before, value now, how many
times as fast, target, status. Targets are those in force when the newest run was recorded.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from history.formats.put_out import put
from history.read.components import Component, components
from history.report.review.inert import inert
from history.report.wording import components as wording
from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb


class GoldenTable:
    """Markdown of what the newest golden runs measured."""

    name = "golden-table"
    summary = "Markdown of the golden components: target, status, before and after"
    written = "the newest two golden points of every component, with targets"

    def write(self, connection: duckdb.DuckDBPyConnection, target: Path | None) -> None:
        """One table per benchmark and variant. Raises UsageError when nothing was measured."""
        found = components(connection)
        if not found:
            raise UsageError(
                "the history holds no golden components.",
                hint="Run `soundmark collect golden`, or import a golden trace.",
            )
        put(target, markdown(found).encode())


def markdown(found: Iterable[Component]) -> str:
    """Tables under a heading each, in the order given."""
    parts = []
    for key, group in groupby(found, key=lambda one: (one.benchmark, one.variant, one.machine)):
        parts.append(_table(key, list(group)))
    return "\n".join(parts)


def _table(key: Sequence[str], rows: Sequence[Component]) -> str:
    lines = [
        f"## {inert(' '.join(part for part in key if part))}",
        "",
        "| component | before | now | faster | target | status |",
        "|---|---|---|---|---|---|",
        *(_row(one) for one in rows),
        "",
    ]
    return "\n".join(lines)


def _row(one: Component) -> str:
    before = f"{wording.before(one)} at {inert(one.before)}" if one.before else wording.before(one)
    cells = (
        inert(one.metric),
        before,
        f"{wording.now(one)} at {inert(one.commit)}",
        wording.gain(one),
        wording.target(one),
        wording.status(one),
    )
    return f"| {' | '.join(cells)} |"

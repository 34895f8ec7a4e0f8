"""Make the reviews of the duets on the record, newest first: the website shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.compare import stored_duets
from history.report.review import from_duet
from history.report.review.tidy import Tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from history.compare.stored_duets import StoredDuet
    from history.project.limits import Target
    from history.report.review.result import Review


def newest(
    connection: duckdb.DuckDBPyConnection, targets: Sequence[Target], most: int
) -> tuple[tuple[tuple[StoredDuet, Review], ...], int]:
    """At most so many of them, each with its review, and how many others there are."""
    every = stored_duets.of_head(connection)
    found = tuple(
        (
            one,
            from_duet.review(
                stored_duets.judged(connection, one.run_id, one.machine), one, targets, Tidy()
            ),
        )
        for one in every[:most]
    )
    return found, len(every) - len(found)

"""Read aligned utterances: the runs that have them, and their words with times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from history import sql
from history.items.aligned import PATTERN, Word, words_of
from history.words.key import benchmark_id, parse_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

DURATION: Final = "duration_s"


class Aligned(NamedTuple):
    """One utterance in one way of aligning."""

    benchmark: str
    """``suite.benchmark[params]``."""
    variant: str
    item: str
    words: tuple[Word, ...]
    duration_s: float


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Id of a run -> number of its utterances with words, newest run first.

    The same utterance in two ways counts twice.
    """
    return dict(connection.execute(sql.query("aligned_runs"), {"words": PATTERN}).fetchall())


def of_runs(
    connection: duckdb.DuckDBPyConnection, runs: Iterable[str]
) -> dict[str, tuple[Aligned, ...]]:
    """The utterances of these runs, by id."""
    asked = {"runs": list(runs), "words": PATTERN}
    rows = connection.execute(sql.query("aligned_items"), asked).fetchall()
    found: dict[str, list[Aligned]] = {}
    for run_id, suite, benchmark, params, variant, item, facts, text in rows:
        words = words_of(text)
        told = msgspec.json.decode(facts).get(DURATION)
        one = Aligned(
            benchmark=benchmark_id(suite, benchmark, parse_pairs(params)),
            variant=variant,
            item=item,
            words=words,
            duration_s=float(told) if isinstance(told, int | float) else words[-1].end_s,
        )
        found.setdefault(run_id, []).append(one)
    return {run_id: tuple(own) for run_id, own in found.items()}

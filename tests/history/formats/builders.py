"""Short ways of saying what an importer found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from history.formats.interface import Context, Parsed
from history.words.records import Commit
from tests.conftest import ROOT

SHARED = ROOT / ".." / "shared" / "samples"
"""Real result files of other projects, on some machines."""

COMMIT = Commit(sha="a" * 40, time=datetime(2026, 2, 1, tzinfo=UTC))
CONTEXT = Context(commit=COMMIT, machine="ci")


def outcome(found: Parsed, metric: str, benchmark: str = "", **params: str) -> Any:
    """The outcome of the one point with these names."""
    fitting = [
        point
        for point in found.points
        if point.metric == metric
        and benchmark in {"", point.benchmark}
        and params.items() <= point.params.items()
    ]
    assert len(fitting) == 1, [
        (point.benchmark, point.metric, point.params) for point in found.points
    ]
    return fitting[0].outcome

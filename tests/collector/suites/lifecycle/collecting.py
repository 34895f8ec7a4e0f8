"""Collect a lifecycle suite with real children."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from collector.execution.children import Limits
from collector.execution.runner import Runner
from collector.planning import tables
from collector.results import points
from history.words.records import Item, Point
from tests.collector.harness import Quiet

SAMPLES = Path(__file__).with_name("samples")
BINDING = os.environ.get("SOUNDMARK_CHATLLM_BINDING", "")
"""A real ``bindings/chatllm.py``, to be run over the stub by hand: docs/suites/lifecycle.md."""


def collected(
    folder: Path,
    suite: str = "lifecycle",
    profile: str = "quick",
    only: str = "",
    watcher: Quiet | None = None,
    items: list[Item] | None = None,
    **table: Any,
) -> list[Point]:
    """Every point of the suite with this table; ``items`` is filled with what was kept of each."""
    watcher = watcher or Quiet()
    globs = [only] if only else []
    works = tables.work_list([(suite, table, "table")], (), profile, folder=folder, only=globs)
    limits = Limits()  # nothing here hangs, and a busy computer may take minutes
    found: list[Point] = []
    for work in works:
        for absence in work.plan.absences:
            found += points.absent(work.name, absence.case, absence.outcome)
        for result in Runner(work, profile, folder, folder, watcher, limits).results():
            made = points.make(work.suite, work.name, result)
            found += made.points
            if items is not None:
                items += made.items
    return found


def outcome(
    found: list[Point], metric: str, benchmark: str, implementation: str = "", features: str = ""
) -> Any:
    """The outcome of the one point with these names."""
    fitting = [
        point
        for point in found
        if (point.metric, point.benchmark) == (metric, benchmark)
        and implementation in {"", point.variant.implementation}
        and features in {"", point.variant.features}
    ]
    assert len(fitting) == 1, [(p.metric, p.benchmark, p.variant.text()) for p in fitting]
    return fitting[0].outcome


def chatllm(library: Path, **more: Any) -> dict[str, Any]:
    """The table of a stand-in for chatllm.cpp."""
    return {
        "library": str(library),
        "binding": BINDING,
        "model": str(library / "aligner.bin"),
        "audio": str(library / "jfk.wav"),
        "text": str(library / "jfk.txt"),
        **more,
    }

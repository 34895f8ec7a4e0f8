"""Find out what a suite lacks on this computer, without importing anything of it."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from collector.contract import Absence, Requirement, SuitePlan
from history.words.records import Skipped

_HOW: Final = {
    "module": "the Python package",
    "program": "the program",
    "path": "the file or folder",
}


def missing(needed: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """Those that are not here. A module counts as here when it can be found, working or not."""
    return tuple(need for need in needed if not _here(need))


def reason(lacking: Sequence[Requirement]) -> str:
    """One sentence: what is missing and what to type."""
    parts = [f"{_HOW.get(need.kind, need.kind)} {need.name} ({need.install})" for need in lacking]
    return f"Missing here: {', '.join(parts)}."


def without(plan: SuitePlan, lacking: Sequence[Requirement]) -> SuitePlan:
    """The plan with every case as skipped."""
    skipped = Skipped(reason=reason(lacking))
    absences = tuple(Absence(case=case, outcome=skipped) for case in plan.cases)
    return SuitePlan(processes=(), cases=(), absences=plan.absences + absences)


def _here(need: Requirement) -> bool:
    if need.kind == "module":
        try:
            return importlib.util.find_spec(need.name) is not None
        except (ImportError, ValueError):
            return False
    if need.kind == "program":
        return shutil.which(need.name) is not None
    return Path(need.name).exists()

"""Find the requirements of a suite that this computer lacks, without importing them."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from collector.contract import Absence, Requirement, SuitePlan
from history.words.records import Skipped

_HOW: Final = {
    "module": ("the Python package", "the Python packages"),
    "program": ("the program", "the programs"),
    "path": ("the file or folder", "the files or folders"),
}


def missing(needed: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """The missing requirements. A module counts as present when it can be found, working or not."""
    return tuple(need for need in needed if not _here(need))


def reason(lacking: Sequence[Requirement]) -> str:
    """One sentence: what is missing and the command that installs it."""
    together: dict[tuple[str, str], list[str]] = {}
    for need in lacking:
        together.setdefault((need.kind, need.install), []).append(need.name)
    parts = [
        f"{_called(kind, len(names))} {', '.join(names)} ({install})"
        for (kind, install), names in together.items()
    ]
    return f"Missing here: {'; '.join(parts)}."


def _called(kind: str, count: int) -> str:
    one, several = _HOW.get(kind, (kind, kind))
    return one if count == 1 else several


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

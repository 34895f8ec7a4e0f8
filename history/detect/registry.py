"""Find a detector by its name, ours or another package's."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from history.detect.step_detector import StepDetector
from history.words.errors import UsageError

if TYPE_CHECKING:
    from history.detect.interface import Detector

GROUP = "soundmark.detectors"
"""Entry-point group: each entry is a class or function that returns a `Detector`."""
DEFAULT = "steps"
"""The detector used unless the configuration names another."""

BUILT_IN: dict[str, type[Detector]] = {"steps": StepDetector}


def detector(name: str = DEFAULT) -> Detector:
    """The detector called `name`; built-in ones cannot be replaced by a package."""
    if name in BUILT_IN:
        return BUILT_IN[name]()
    for entry in entry_points(group=GROUP, name=name):
        made = entry.load()()
        if hasattr(made, "detect") and hasattr(made, "version"):
            found: Detector = made
            return found
        raise UsageError(
            f"detector {name!r} from {entry.value}: expected an object with `name`, `version` "
            f"and `detect(observations, minimum_effect)`, got {type(made).__name__}"
        )
    raise UsageError(f"unknown detector {name!r}", hint=f"Known: {', '.join(names())}.")


def names() -> list[str]:
    """Names of all detectors that can be asked for, sorted."""
    return sorted({*BUILT_IN, *(entry.name for entry in entry_points(group=GROUP))})

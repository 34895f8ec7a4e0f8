"""Which detectors exist, by name: ours or another package's."""

from __future__ import annotations

from typing import Final

from history.detect.interface import Detector
from history.words.registry import Registry

DEFAULT: Final = "steps"
"""The detector used unless the configuration names another."""

DETECTORS: Final = Registry[Detector](
    kind="detector",
    protocol=Detector,
    built_in={"steps": "history.detect.step_detector:StepDetector"},
    group="soundmark.detectors",
)


def detector(name: str = DEFAULT) -> Detector:
    """The detector of that name. Raises UsageError when there is none."""
    return DETECTORS.find(name)

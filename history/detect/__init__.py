"""Find changes in the history of a series. See docs/method/detection.md."""

from history.detect.alarms import carry_over
from history.detect.interface import (
    DEFAULT_MINIMUM_EFFECT,
    Change,
    ChangeKind,
    ChangeStatus,
    Detection,
    Detector,
    Evidence,
    Observations,
)
from history.detect.power import minimum_detectable_change
from history.detect.registry import DETECTORS, detector

__all__ = [
    "DEFAULT_MINIMUM_EFFECT",
    "DETECTORS",
    "Change",
    "ChangeKind",
    "ChangeStatus",
    "Detection",
    "Detector",
    "Evidence",
    "Observations",
    "carry_over",
    "detector",
    "minimum_detectable_change",
]

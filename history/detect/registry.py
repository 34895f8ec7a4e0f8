"""The detectors by name: those of soundmark and those of other packages."""

from __future__ import annotations

from typing import Final

from history.detect.interface import Detector
from history.words.errors import BrokenEnvironmentError
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
    """The detector of that name.

    Raises UsageError when there is none, BrokenEnvironmentError when a package offers something
    that is not a detector or has another name.
    """
    found = DETECTORS.find(name)
    is_ours = name in DETECTORS.built_in
    if not is_ours and (found.name != name or name.split() != [name]):
        raise BrokenEnvironmentError(
            f'the detector registered as "{name}" calls itself "{found.name}"; its answers are '
            "kept by that name, so both have to be the same word, without blanks.",
            hint="The package that offers it has to be mended.",
        )
    return found

import pytest

from history.detect.registry import DETECTORS, detector
from history.detect.step_detector import StepDetector
from history.words.errors import BrokenEnvironmentError, UsageError

FOREIGN = """
    from history.detect.step_detector import StepDetector

    class Foreign(StepDetector):
        name = "foreign"
"""


def test_the_default_detector_finds_steps():
    assert isinstance(detector(), StepDetector)
    assert DETECTORS.names() == ("steps",)


def test_an_unknown_name_is_answered_with_the_nearest_one():
    with pytest.raises(UsageError, match=r'no detector called "stpes".*"steps"'):
        detector("stpes")


def test_another_package_can_add_a_detector(install):
    install("other", {DETECTORS.group: {"foreign": "other_module:Foreign"}}, other_module=FOREIGN)
    assert detector("foreign").name == "foreign"
    assert DETECTORS.names() == ("steps", "foreign")


def test_an_entry_that_is_no_detector_is_named(install):
    install("other", {DETECTORS.group: {"foreign": "builtins:dict"}})
    with pytest.raises(BrokenEnvironmentError, match="builtins:dict, which is no Detector"):
        detector("foreign")

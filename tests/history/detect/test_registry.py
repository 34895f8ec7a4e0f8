import pytest

from history.detect.registry import DEFAULT, DETECTORS, detector
from history.detect.step_detector import StepDetector
from history.project.config import Config
from history.words.errors import BrokenEnvironmentError, UsageError

FOREIGN = """
    from history.detect.step_detector import StepDetector

    class Foreign(StepDetector):
        name = "foreign"
"""


def test_the_default_detector_finds_steps():
    assert isinstance(detector(), StepDetector)
    assert DETECTORS.names() == ("steps",)


def test_the_configuration_means_the_same_one_without_a_word():
    assert Config().detection.detector == DEFAULT


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


def test_a_detector_that_calls_itself_something_else_is_refused(install):
    """Its answers would be kept under the name of another."""
    steps = "history.detect.step_detector:StepDetector"
    install("other", {DETECTORS.group: {"foreign": steps}})
    with pytest.raises(BrokenEnvironmentError, match=r'"foreign" calls itself "steps"'):
        detector("foreign")

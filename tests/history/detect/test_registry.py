from importlib.metadata import EntryPoint

import pytest

from history.detect import registry
from history.detect.step_detector import StepDetector
from history.words.errors import UsageError


class Foreign(StepDetector):
    name = "foreign"


def install(monkeypatch, value):
    entry = EntryPoint("foreign", value, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda **_: [entry])


def test_the_default_detector_finds_steps():
    assert isinstance(registry.detector(), StepDetector)
    assert "steps" in registry.names()


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(UsageError, match=r"unknown detector 'stpes'.*steps"):
        registry.detector("stpes")


def test_another_package_can_add_a_detector(monkeypatch):
    install(monkeypatch, "tests.history.detect.test_registry:Foreign")
    assert registry.detector("foreign").name == "foreign"
    assert registry.names() == ["foreign", "steps"]


def test_an_entry_that_is_no_detector_is_named(monkeypatch):
    install(monkeypatch, "builtins:dict")
    with pytest.raises(UsageError, match="builtins:dict"):
        registry.detector("foreign")

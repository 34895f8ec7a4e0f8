"""A misspelled suite is recognised; one of another package is left alone."""

import pytest

from history.words.suites import meant


@pytest.mark.parametrize(
    ("name", "suite"),
    [
        ("whipser", "whisper"),
        ("pipline", "pipeline"),
        ("micro", ""),
        ("whisper-large", ""),
        ("our:micr", ""),
        ("diarisation", ""),
    ],
)
def test_the_suite_that_is_meant(name, suite):
    assert meant(name) == suite


def test_a_suite_that_is_installed_is_no_misspelling(install):
    install("ours", {"soundmark.suites": {"micr0": "our_module:Suite"}})
    assert meant("micr0") == ""

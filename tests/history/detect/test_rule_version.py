"""Answers are kept under the version of the rules, so no answer may change without a new one."""

import difflib
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from history.detect import Detector, detector, interval
from history.judge.answers import rules_of
from tests.history.detect.corpus import answers

GOLDEN = Path(__file__).parent / "golden"


def file_of(finder: Detector) -> Path:
    return GOLDEN / f"answers-{rules_of(finder).replace(' ', '-')}.txt"


def first_line(file: Path) -> str:
    return file.read_text().partition("\n")[0] if file.exists() else ""


def test_no_answer_changes_without_a_new_version_of_the_rules(request):
    """A version's file is written once, and never again while the corpus stays what it is."""
    finder = detector()
    file, now = file_of(finder), list(answers(finder))
    is_new = first_line(file) != now[0]
    if is_new and request.config.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text("\n".join(now) + "\n")
    elif is_new:
        pytest.fail(
            f"expected answers of {rules_of(finder)} to this corpus in {file.name}; check that the "
            "version is meant to be new, or that only the corpus is, then pytest --update-golden"
        )
    stored = file.read_text().splitlines()
    changed = difflib.unified_diff(stored, now, file.name, "now", n=1, lineterm="")
    lines = list(changed)[:20]
    advice = (
        f"answers changed under {rules_of(finder)}: raise the version of the detector, delete "
        f"{file.name}, and store those of the new version with pytest --update-golden"
    )
    assert not lines, "\n".join([*lines, advice])


def test_only_the_present_version_has_stored_answers():
    assert [file.name for file in GOLDEN.iterdir()] == [file_of(detector()).name]


@pytest.mark.parametrize(
    ("module", "name", "other"),
    [
        ("history.stats.persistence", "DOUBT", 3.1),
        ("history.detect.interval", "student_975", lambda freedom: 2.2 + 1 / freedom),
        ("history.detect.newest_points", "SUSPECT_FACTOR", 2.3),
        ("history.detect.power", "RESERVE", 1.01),
    ],
)
def test_a_change_of_what_the_detector_stands_on_shows(module, name, other, monkeypatch):
    monkeypatch.setattr(interval, "_reach", cache(interval._reach.__wrapped__))
    monkeypatch.setattr(import_module(module), name, other)
    stored = file_of(detector()).read_text().splitlines()
    # Up to the first line that differs: the others prove nothing more.
    assert any(now != line for now, line in zip(answers(detector()), stored, strict=True))

"""What a suite needs and this computer lacks."""

import pytest

from collector.contract import Absence, Case, Requirement, SuitePlan
from collector.planning.requirements import missing, reason, without
from history.words.records import Skipped


def need(kind, name, install="install it"):
    return Requirement(kind=kind, name=name, install=install)


@pytest.mark.parametrize(
    ("kind", "here"), [("module", "json"), ("program", "sh"), ("path", "/"), ("module", "os.path")]
)
def test_what_is_here_is_not_missing(kind, here):
    lacking = need(kind, "no_such.thing-at-all")
    assert missing([need(kind, here), lacking]) == (lacking,)


def test_what_one_command_installs_is_named_together():
    lacking = [
        need("module", "torch", "pip install a"),
        need("module", "onnx", "pip install a"),
        need("program", "ffmpeg", "apt install ffmpeg"),
    ]
    assert reason(lacking) == (
        "Missing here: the Python packages torch, onnx (pip install a);"
        " the program ffmpeg (apt install ffmpeg)."
    )


def test_a_plan_without_its_requirements_has_every_case_as_skipped_with_the_reason():
    cases = tuple(Case(benchmark=name, process="p", metrics=("rtf",)) for name in "ab")
    planned = Absence(case=cases[0], outcome=Skipped(reason="no GPU"))
    found = without(
        SuitePlan(processes=(), cases=cases[1:], absences=(planned,)), [need("path", "x")]
    )
    assert found.cases == ()
    assert [one.outcome.reason for one in found.absences] == [
        "no GPU", "Missing here: the file or folder x (install it).",
    ]  # fmt: skip

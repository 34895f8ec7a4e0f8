"""Two builds that leave one program: the variant that lost its own is refused, not mismeasured."""

import os

import pytest

from collector.suites.command.programs import OwnProgram, ReplacedProgramError, program_of
from history.words.records import Failed, Measured
from tests.collector.suites.command.collecting import collected


def test_the_program_of_a_build_is_the_command_or_the_first_file_it_is_given(tmp_path):
    (tmp_path / "tool").write_text("#!/bin/sh\n")
    (tmp_path / "tool").chmod(0o755)
    own = (tmp_path / "tool").resolve()
    assert program_of(("./tool", "x"), tmp_path, os.environ) == own
    assert program_of(("sh", "-e", "tool"), tmp_path, os.environ) == own
    assert program_of(("sh", "-c", "true"), tmp_path, os.environ) is None


@pytest.mark.parametrize("command", [("true",), ("sh", "-c", "true")])
def test_a_program_outside_of_the_project_is_not_the_builds(tmp_path, command):
    assert program_of(command, tmp_path, os.environ) is None


def test_a_program_that_was_replaced_is_noticed_by_every_process_that_knows_its_build(tmp_path):
    program, mark = tmp_path / "tool", tmp_path / "mark"
    program.write_text("first")
    own = OwnProgram(program, mark)
    again = OwnProgram(program, mark)  # as a later child does
    program.write_text("another program")
    for known in (own, again):
        with pytest.raises(ReplacedProgramError, match="a later build replaced it"):
            known.check()
    with pytest.raises(ReplacedProgramError, match="a later build replaced it"):
        OwnProgram(program, mark)
    program.unlink()
    with pytest.raises(ReplacedProgramError):
        own.check()


def test_a_build_that_makes_the_same_program_again_is_no_fault(tmp_path):
    program, mark = tmp_path / "tool", tmp_path / "mark"
    program.write_text("same")
    own = OwnProgram(program, mark)
    program.unlink()
    program.write_text("same")
    own.check()
    OwnProgram(program, mark).check()


def test_an_argument_too_long_for_the_name_of_a_file_is_none(tmp_path):
    assert program_of(("sh", "-c", "true " * 100), tmp_path, os.environ) is None


def naps(place, seconds):
    text = f"#!/bin/sh\\nsleep {seconds}\\n"
    write = f"printf '{text}' > {place} && chmod +x {place}"
    return {"implementation": f"naps-{seconds}", "build": ["sh", "-c", write], "run": f"./{place}"}


def outcomes(got, metric="wall_time"):
    return {
        point.variant.implementation: point.outcome
        for point in got.points
        if point.metric == metric
    }


def test_a_program_that_a_later_build_replaced_is_not_measured(tmp_path):
    got = collected(
        tmp_path, repeats=2, warmup=0, variants=[naps("tool", 0.5), naps("tool", 0.005)]
    )
    first, last = outcomes(got)["naps-0.5"], outcomes(got)["naps-0.005"]
    assert isinstance(first, Failed)
    assert "a later build replaced it" in first.reason
    assert isinstance(last, Measured)
    assert last.value < 0.5


def test_builds_with_places_of_their_own_are_measured_each(tmp_path):
    got = collected(
        tmp_path, repeats=2, warmup=0, variants=[naps("slow", 0.5), naps("fast", 0.005)]
    )
    assert outcomes(got)["naps-0.5"].value > 0.5
    assert outcomes(got)["naps-0.005"].value < 0.5

"""Two builds that leave one program: the variant that lost its own is refused, not mismeasured."""

import pytest

from history.words.records import Failed, Measured
from tests.collector.suites.command.collecting import collected


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


def test_a_replaced_program_is_noticed_by_every_fresh_process(tmp_path):
    got = collected(
        tmp_path, warmup=0, variants=[naps("tool", 0.5), naps("tool", 0.005)],
        sampling={"processes": 2, "repeats": 2},
    )  # fmt: skip
    assert isinstance(outcomes(got)["naps-0.5"], Failed)


def test_two_builds_of_the_same_program_are_no_fault(tmp_path):
    twice = [naps("tool", 0.005) | {"implementation": name} for name in ("first", "second")]
    got = collected(tmp_path, repeats=2, warmup=0, variants=twice)
    assert [type(outcome) for outcome in outcomes(got).values()] == [Measured, Measured]


def test_the_script_behind_an_interpreter_counts_as_the_program(tmp_path):
    scripts = [
        {"implementation": name, "build": ["sh", "-c", f"echo 'true {name}' > tool.sh"],
         "run": "sh tool.sh"}
        for name in ("first", "second")
    ]  # fmt: skip
    got = collected(tmp_path, repeats=2, warmup=0, variants=scripts)
    assert isinstance(outcomes(got)["first"], Failed)
    assert isinstance(outcomes(got)["second"], Measured)


@pytest.mark.parametrize("run", ["true", "sh -c true"])
def test_a_program_outside_of_the_project_is_not_the_builds(tmp_path, run):
    got = collected(tmp_path, repeats=1, warmup=0, build="true", run=run)
    assert isinstance(got.outcome("wall_time"), Measured)

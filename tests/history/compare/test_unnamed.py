"""What the sides of a comparison leave open, and what is told of it."""

import json
import shlex

import pytest
from click.testing import CliRunner

from history.words.errors import UsageError
from soundmark import main
from tests.history.compare.nights import compare, soundmark
from tests.history.compare.test_decide import samples
from tests.history.judge.builders import point, run, workspace


def ways(*pairs):
    """One night of one benchmark, run by (implementation, runtime) at so many seconds."""
    return run(
        0,
        *(
            point(
                seconds,
                samples=samples(seconds, seed=seed),
                variant={"implementation": implementation, "runtime": runtime},
            )
            for seed, (implementation, runtime, seconds) in enumerate(pairs)
        ),
    )


LOOPS = ("variant:implementation=hf-generate", "variant:implementation=own-loop")


def test_the_only_pair_is_compared_and_what_else_differs_is_told(tmp_path):
    made = workspace(
        tmp_path, ways(("hf-generate", "torch", 2.0), ("own-loop", "onnxruntime", 1.0))
    )
    (row,) = compare(made, *LOOPS).comparison.rows
    assert (row.before, row.after, row.verdict) == (2.0, 1.0, "improvement")
    sentence = "The sides differ in runtime (torch, onnxruntime) as well, which was not named."
    for format_ in ("text", "markdown"):
        assert sentence in soundmark(made, "compare", *LOOPS, "--format", format_)
    command = ["compare", *LOOPS, "--format", "csv", "--history", str(made.history_file)]
    result = CliRunner().invoke(main, command)
    assert result.stderr == f"note: {sentence}\n"
    assert sentence not in result.stdout


def test_of_several_pairs_the_choices_are_listed_and_each_can_be_pasted(tmp_path):
    made = workspace(
        tmp_path,
        ways(
            ("hf-generate", "torch", 2.0),
            ("own-loop", "onnxruntime", 1.0),
            ("own-loop", "tflite", 4.0),
        ),
    )
    with pytest.raises(UsageError, match="share benchmarks that also differ in runtime") as raised:
        compare(made, *LOOPS, metric="*_time")
    commands = [shlex.split(line) for line in raised.value.hint.splitlines()[1:]]
    speedups = []
    for program, *arguments in commands:
        assert program == "soundmark"
        (row,) = json.loads(soundmark(made, *arguments, "--format", "json"))
        speedups.append(round(row["speedup"], 1))
    assert sorted(speedups) == [0.5, 2.0]


def test_machines_that_ran_another_device_are_compared_and_it_is_told(tmp_path):
    made = workspace(
        tmp_path,
        run(0, point(2.0, samples=samples(2.0), variant={"device": "cpu"})),
        run(0, point(1.0, samples=samples(1.0), variant={"device": "cuda"}), machine="laptop"),
    )
    found = compare(made, "machine:box", "machine:laptop")
    assert [(one.name, one.first, one.second) for one in found.unnamed] == [
        ("device", "cpu", "cuda")
    ]
    assert found.comparison.rows[0].verdict == "improvement"


def test_commits_that_share_work_done_in_another_way_say_in_what_it_differs(tmp_path):
    made = workspace(
        tmp_path,
        run(0, point(2.0, variant={"precision": "float32"})),
        run(1, point(1.0, variant={"precision": "int8"})),
    )
    with pytest.raises(UsageError, match="also differ in precision") as raised:
        compare(made, "c0000", "c0001")
    assert "precision: float32 and int8" in raised.value.hint


def test_what_a_side_leaves_open_is_counted_and_named_and_can_be_compared_too(tmp_path):
    made = workspace(
        tmp_path,
        ways(
            ("hf-generate", "torch", 2.0),
            ("own-loop", "torch", 8.0),
            ("own-loop", "onnxruntime", 1.0),
        ),
    )
    sides = ("variant:runtime=torch", "variant:implementation=own-loop;runtime=onnxruntime")
    found = compare(made, *sides)
    (left,) = found.set_aside
    ways_of = {left.key.variant, left.taken.variant}
    assert ways_of == {
        "implementation=hf-generate;runtime=torch",
        "implementation=own-loop;runtime=torch",
    }
    said = soundmark(made, "compare", *sides)
    assert (
        "1 series was not compared, since a side has several series of the same benchmark and "
        "metric:"
    ) in said
    assert left.key.variant in said
    befores = []
    for line in said.splitlines():
        if line.startswith("  soundmark compare"):
            (row,) = json.loads(
                soundmark(made, *shlex.split(line)[1:], "--metric", "*_time", "--format", "json")
            )
            befores.append(row["before"])
    assert sorted(befores) == [2.0, 8.0]


def test_a_glob_of_machines_that_fits_several_says_which_it_did_not_compare(tmp_path):
    made = workspace(
        tmp_path,
        run(0, point(2.0, samples=samples(2.0)), machine="ci-1"),
        run(0, point(3.0, samples=samples(3.0)), machine="ci-2"),
        run(0, point(1.0, samples=samples(1.0)), machine="laptop"),
    )
    sides = ("machine:ci-*", "machine:laptop")
    command = ["compare", *sides, "--format", "csv", "--history", str(made.history_file)]
    result = CliRunner().invoke(main, command)
    assert result.stderr.startswith("note: 1 series was not compared")
    for machine in ("ci-1", "ci-2"):
        assert f"soundmark compare machine:{machine} machine:laptop" in result.stderr


def test_a_side_that_names_all_it_has_sets_nothing_aside(made):
    for sides in (("c0000", "c0002"), ("variant:runtime=torch", "variant:runtime=onnxruntime")):
        assert compare(made, *sides, machine="box").set_aside == ()

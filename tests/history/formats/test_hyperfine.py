import json

import pytest

from history.formats import take_in
from history.formats.hyperfine import Hyperfine
from history.words.errors import ImportRefusedError
from history.words.records import Failed
from tests.history.formats.builders import CONTEXT, SHARED, outcome

FORMAT = Hyperfine()

RESULT = {
    "command": "/home/ann/bin/align --device cpu a.wav",
    "mean": 0.1, "stddev": 0.01, "median": 0.1, "user": 0.08, "system": 0.01,
    "min": 0.09, "max": 0.11,
    "times": [0.09, 0.1, 0.11], "memory_usage_byte": [1000, 3000, 2000],
    "exit_codes": [0, 0, 0], "parameters": {"threads": "2"},
}  # fmt: skip


def text(**changes):
    return json.dumps({"results": [RESULT | changes]})


def test_times_are_samples_in_seconds_and_parameters_separate_cases():
    found = FORMAT.parse(text())
    wall = outcome(found, "wall_time", threads="2")
    assert wall.samples == (0.09, 0.1, 0.11)
    assert outcome(found, "user_time").value == 0.08
    assert outcome(found, "peak_rss").value == 2000


def test_a_command_loses_the_folders_of_the_computer_it_ran_on():
    assert FORMAT.parse(text()).points[0].benchmark == "align --device cpu a.wav"


def test_times_of_failed_runs_are_not_used():
    found = FORMAT.parse(text(exit_codes=[0, 1, 0]))
    assert outcome(found, "wall_time").samples == (0.09, 0.11)
    assert "1 of 3 runs failed" in found.flagged[0]


def test_user_and_system_time_are_not_taken_where_their_means_hold_crashes():
    found = FORMAT.parse(text(exit_codes=[0, 139, 0]))
    assert {point.metric for point in found.points} == {"wall_time", "peak_rss"}
    assert found.flagged[1].endswith(
        "user time and system time left out: the file has only means over all runs"
    )
    whole = FORMAT.parse(text())
    assert (outcome(whole, "user_time").n, outcome(whole, "user_time").aggregate) == (3, "mean")


def test_a_run_that_a_signal_ended_has_no_exit_code_and_failed():
    assert outcome(FORMAT.parse(text(exit_codes=[0, None, 0])), "wall_time").n == 2
    never = FORMAT.parse(text(exit_codes=[None, None, None]))
    assert "a signal" in outcome(never, "wall_time").reason


def test_memory_that_belongs_to_no_known_run_is_not_taken_where_some_failed():
    found = FORMAT.parse(text(exit_codes=[0, 1, 0], memory_usage_byte=[1000, 9000]))
    assert {point.metric for point in found.points} == {"wall_time"}


def test_commands_and_parameters_are_shortened_only_while_they_differ():
    results = [
        RESULT | {"command": f"/p/{age}/bin/tool --x", "parameters": {"in": f"/data/{age}/a.wav"}}
        for age in ("old", "new")
    ]
    found = FORMAT.parse(json.dumps({"results": results}))
    assert {point.benchmark for point in found.points} == {
        "old/bin/tool --x",
        "new/bin/tool --x",
    }
    assert {point.params["in"] for point in found.points} == {"old/a.wav", "new/a.wav"}
    assert found.refused == ()


def test_the_same_command_twice_is_refused_the_second_time():
    found = FORMAT.parse(json.dumps({"results": [RESULT, RESULT]}))
    assert [refused.row for refused in found.refused] == [2]


def test_a_command_that_never_succeeds_is_a_failure():
    assert isinstance(outcome(FORMAT.parse(text(exit_codes=[2, 2, 2])), "wall_time"), Failed)


def test_a_single_run_and_an_old_file_without_times_are_taken():
    single = {"command": "x", "mean": 1.5, "stddev": None, "median": 1.5, "exit_codes": [0]}
    found = FORMAT.parse(json.dumps({"results": [single]}))
    assert (outcome(found, "wall_time").value, outcome(found, "wall_time").n) == (1.5, 1)


def test_a_row_that_is_none_is_refused_and_the_others_are_taken():
    found = FORMAT.parse(
        json.dumps({"results": [{"mean": 1}, RESULT, {"command": "y", "mean": "NaN"}]})
    )
    assert [refused.row for refused in found.refused] == [1, 3]
    assert found.rows_read == 3


def test_a_file_that_is_cut_off_says_so(tmp_path):
    (tmp_path / "r.json").write_text(text()[:40])
    with pytest.raises(ImportRefusedError, match="found its end in the middle"):
        take_in.read(FORMAT, tmp_path / "r.json", CONTEXT)


def test_an_import_is_one_run_and_the_same_run_every_time(tmp_path):
    (tmp_path / "r.json").write_text(text())
    first, second = (take_in.read(FORMAT, tmp_path / "r.json", CONTEXT) for _ in range(2))
    (run,) = first.records
    assert run.run.run_id == second.records[0].run.run_id
    assert (run.run.machine.name, run.run.source) == ("ci", "import hyperfine")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not here")
def test_real_files_are_recognised_and_read():
    for name in ("one", "two"):
        path = SHARED / f"bencher-tool-output/shell/hyperfine/{name}.json"
        head = path.read_text()
        assert FORMAT.recognise(head)
        found = FORMAT.parse(head)
        assert found.refused == ()
        stated = json.loads(head)["results"][0]["median"]
        assert outcome(
            FORMAT.parse(head), "wall_time", found.points[0].benchmark
        ).value == pytest.approx(stated)

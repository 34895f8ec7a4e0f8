"""What was left out is left out everywhere, and comes back whole."""

import re
import tomllib
from datetime import timedelta

import pytest
from click.testing import CliRunner

from history.compare import two_sides
from history.compare.select import Filter
from history.formats import newest_items as stored_items
from history.judge import judge
from history.project.workspace import open_workspace
from history.read import items, samples, view
from history.store.ledger import Ledger
from history.words.records import Exclusion, Item, Variant, series_id
from soundmark import main
from tests.history.builders import START, point, record, write_exclusion
from tests.history.judge.builders import workspace as made_of

FIRST, SECOND = (
    record(
        commit,
        point(value, samples=(value, value * 1.01)),
        point(5.0, metric="rtf"),
        night=night,
        items=(
            Item(
                suite="alignment",
                benchmark="utterances",
                variant=Variant(runtime="torch"),
                item="one.wav",
                values={"total_time": value, "rtf": 5.0},
                samples={"total_time": (value,), "rtf": (5.0,)},
            ),
        ),
    )
    for night, (commit, value) in enumerate((("a1", 0.1), ("b2", 0.2)))
)
TIME = series_id(SECOND.points[0], SECOND.run.machine)


@pytest.fixture
def history(tmp_path, prepared, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return made_of(prepared(two_runs, tmp_path))


def two_runs(folder):
    made_of(folder, FIRST, SECOND)


def leave_out(history, *, series="", undo=False):
    made = Exclusion(
        run_id=SECOND.run.run_id,
        series_id=series,
        reason="" if undo else "a fan had died",
        made_at=START + timedelta(seconds=undo),
    )
    history.exclude(made)


def values_of(history):
    with history.reading() as connection:
        read = view.read(connection)
    return {one.key.metric: one.values.tolist() for one in read.series}


def samples_of(history):
    with history.reading() as connection:
        read = view.read(connection)
        found = samples.read(connection, read, newest=1)
    return [(place, values.tolist()) for place, values in found[TIME]]


def test_a_run_that_is_taken_in_again_is_judged_again(history):
    leave_out(history)
    assert values_of(history)["total_time"] == [0.1]
    leave_out(history, undo=True)
    assert values_of(history)["total_time"] == [0.1, 0.2]
    with history.reading() as connection:
        assert judge.judge(connection, history.loaded, view.read(connection)).fresh == ()
        sides = two_sides.compare_sides(connection, history.root, "a1", "b2", Filter())
    assert len(sides.comparison.rows) == 2


def test_a_run_that_is_taken_in_again_is_on_the_pages_again(history):
    leave_out(history)
    leave_out(history, undo=True)
    with history.reading() as connection:
        read = view.read(connection)
        sides = items.read(connection, most=1)
    assert [run.left_out for run in read.runs] == ["", ""]
    assert [side.run_id for found in sides.values() for side in found] == [SECOND.run.run_id]


def test_the_samples_that_are_drawn_are_those_of_points_that_count(history):
    assert samples_of(history) == [(1, [0.2, 0.202])]
    leave_out(history, series=TIME)
    assert samples_of(history) == [(0, [0.1, 0.101])]
    assert values_of(history) == {"rtf": [5.0, 5.0], "total_time": [0.1]}


def test_utterances_of_a_run_that_does_not_count_are_not_exported(history):
    leave_out(history)
    with history.reading() as connection:
        found = stored_items.newest(connection, "alignment")
    assert found.run_id == FIRST.run.run_id


def test_an_utterance_keeps_no_value_of_a_series_that_does_not_count(history):
    leave_out(history, series=TIME)
    with history.reading() as connection:
        exported = stored_items.newest(connection, "alignment").items
        shown = [one for found in items.read(connection, most=9).values() for one in found[0].items]
    for one in (*exported, *shown):
        assert (one.values, one.samples) == ({"rtf": 5.0}, {"rtf": (5.0,)})


def soundmark(history, *arguments):
    places = ("--history", str(history.history_file), "--ledger", str(history.ledger.folder))
    return CliRunner().invoke(main, [*arguments, *places])


def test_leaving_out_and_taking_in_again_need_no_pause(history):
    run = SECOND.run.run_id
    assert soundmark(history, "history", "exclude", run, "--reason", "noisy").exit_code == 0
    assert soundmark(history, "history", "exclude", run, "--undo").exit_code == 0
    assert values_of(history)["total_time"] == [0.1, 0.2]


def test_a_series_that_the_run_does_not_have_is_refused(history):
    command = ("history", "exclude", SECOND.run.run_id, "--reason", "noisy", "--series", "no such")
    done = soundmark(history, *command)
    assert done.exit_code == 2
    assert re.search(r'has no series "no such"', done.output)


@pytest.mark.parametrize("command", [("list",), ("show", SECOND.run.run_id)])
def test_the_reason_is_shown_where_the_run_would_have_been(history, command):
    assert "fan" not in soundmark(history, "history", *command).output
    leave_out(history)
    leave_out(history, series=TIME)
    told = soundmark(history, "history", *command).output
    assert f"a fan had died; series {TIME}: a fan had died" in told


def test_what_is_left_out_stands_in_a_file_beside_the_configuration(history, tmp_path):
    run = SECOND.run.run_id
    (tmp_path / "exclusions.toml").write_text("# ours\n")
    told = 'the "fan"\nhad died \x7f'
    assert soundmark(history, "history", "exclude", run, "--reason", told).exit_code == 0
    text = (tmp_path / "exclusions.toml").read_text()
    assert text.startswith(f'# ours\n\n[[exclusion]]\nrun = "{run}"\n')
    assert tomllib.loads(text)["exclusion"][0]["reason"] == told
    assert soundmark(history, "history", "exclude", run, "--undo").exit_code == 0
    assert len(tomllib.loads((tmp_path / "exclusions.toml").read_text())["exclusion"]) == 2
    assert len(history.ledger.files()) == 1


def test_a_file_that_was_edited_is_followed(history, tmp_path):
    file = tmp_path / "exclusions.toml"
    file.write_text(f'[[exclusion]]\nrun = "{SECOND.run.run_id[:8]}"\nreason = "a fan"\n')
    assert values_of(history)["total_time"] == [0.1]
    file.unlink()
    assert values_of(history)["total_time"] == [0.1, 0.2]


@pytest.mark.parametrize("how", [(), ("--rebuild",)])
def test_a_decision_about_a_run_that_is_not_here_is_told(history, tmp_path, how):
    file = tmp_path / "exclusions.toml"
    entry = '[[exclusion]]\nrun = "{}"\nreason = "a fan"\n'
    file.write_text(entry.format("0123456789ab") + entry.format(SECOND.run.run_id[:8]))
    done = soundmark(history, "history", "sync", *how)
    assert done.exit_code == 0
    assert done.stderr.count("exclusions.toml: no run here") == 1
    assert "starts with 0123456789ab; its entry waits for one" in done.stderr


def test_a_reason_of_spaces_is_none(history, tmp_path):
    done = soundmark(history, "history", "exclude", SECOND.run.run_id, "--reason", "  ")
    assert (done.exit_code, "expected a --reason" in done.output) == (2, True)
    assert not (tmp_path / "exclusions.toml").exists()


def test_a_rebuild_leaves_out_what_was_decided(history):
    leave_out(history)
    history.sync(rebuild=True)
    assert values_of(history)["total_time"] == [0.1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[exclusion]]\nrun = "0123"\nreason = "x"', "exclusion[0].run: expected 8 to 32 hex"),
        ('[[exclusion]]\nrun = "01234567"', "exclusion[0]: expected a `reason`, or `undo"),
        ('[[exclusion]]\nrun = "01234567"\nwhy = "x"', 'unknown key "why"'),
        ('[[exclusion]]\nrun = "01234567"\nseries = "x"\nreason = "x"', "exclusion[0].series"),
        ("[[exclusion", "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_said_before_anything_else(history, tmp_path, text, said):
    (tmp_path / "exclusions.toml").write_text(text)
    done = soundmark(history, "history", "list")
    assert done.exit_code == 2
    assert said in done.output


def test_nobody_can_leave_runs_out_by_handing_a_run_file_over(history):
    """Not even dated far ahead, so that no later decision would undo it."""
    ahead = START + timedelta(days=300)
    files = [
        write_exclusion(
            history.ledger, Exclusion(run_id=one.run.run_id, made_at=ahead, reason="not ours")
        )
        for one in (FIRST, SECOND)
    ]
    done = soundmark(history, "history", "sync")
    assert done.exit_code == 3
    assert all(file in done.output for file in files)
    assert "exclusions.toml" in done.output
    assert values_of(history)["total_time"] == [0.1, 0.2]
    assert [bad.file for bad in history.sync(rebuild=True).damaged] == files
    assert values_of(history)["total_time"] == [0.1, 0.2]


def test_what_an_earlier_version_left_out_stays_so_until_it_is_undone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ledger = Ledger(tmp_path / "runs")
    ledger.write([FIRST, SECOND])
    ahead = START + timedelta(days=300)
    write_exclusion(ledger, Exclusion(run_id=SECOND.run.run_id, made_at=ahead, reason="a fan"))
    history = open_workspace(history=tmp_path / "history.duckdb", ledger=ledger.folder)
    assert history.sync().damaged == ()
    assert values_of(history)["total_time"] == [0.1]
    assert history.sync(rebuild=True).damaged == ()
    assert values_of(history)["total_time"] == [0.1]
    leave_out(history, undo=True)
    assert values_of(history)["total_time"] == [0.1, 0.2]


def test_everything_of_before_is_left_out_at_once_and_taken_in_again(history, tmp_path):
    def exclude(*words):
        places = ["--history", str(history.history_file), "--ledger", str(history.ledger.folder)]
        return CliRunner().invoke(main, ["history", "exclude", *words, *places])

    said = exclude("--all", "--reason", "trials")
    assert (said.exit_code, "2 runs are left out of the trends" in said.output) == (0, True), said
    afresh = open_workspace(history=history.history_file, ledger=history.ledger.folder)
    assert values_of(afresh) == {}
    entries = tomllib.loads((tmp_path / "exclusions.toml").read_text())["exclusion"]
    assert {one["run"] for one in entries} == {FIRST.run.run_id, SECOND.run.run_id}
    assert "there is no run to leave out" in exclude("--all", "--reason", "trials").output
    afresh.append([record("c3", point(0.3), night=2)])
    assert values_of(afresh)["total_time"] == [0.3]
    assert "2 runs are in the trends" in exclude("--all", "--undo").output
    again = open_workspace(history=history.history_file, ledger=history.ledger.folder)
    assert values_of(again)["total_time"] == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    "words", [[], ["--all", "2479547f"], ["--all", "--series", "0" * 16]], ids=" ".join
)
def test_it_is_one_run_or_all(words):
    said = CliRunner().invoke(main, ["history", "exclude", "--reason", "x", *words])
    assert said.exit_code == 2
    assert "expected a RUN, or --all without one and without --series" in said.output

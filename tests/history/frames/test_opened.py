"""A history as DataFrames: what the tables hold, and that nothing can be changed through them."""

import hashlib
import shutil
import subprocess
import sys

import duckdb
import numpy as np
import pandas as pd
import pytest

import soundmark
from history.project.workspace import open_workspace
from history.words.records import Failed, Measured, Point, Variant
from tests.history.judge.builders import noisy, run

SLOWER = noisy(0.1, 0.12, n=20)
TORCH = Variant(runtime="torch", device="cpu")
TIMES = (0.10, 0.11, 0.12)
IDENTITY = [*("series_id", "suite", "benchmark", "params", "variant", "metric", "unit"), "machine"]
DOCUMENTED = (
    *("series_id", "suite", "benchmark", "params", "variant", "metric", "unit", "direction"),
    *("machine", "commit_sha", "commit_time", "run_id", "value", "low", "high", "n", "status"),
)


def point(outcome, *, metric="total_time", benchmark="pipeline", variant=TORCH):
    return Point(
        suite="golden",
        benchmark=benchmark,
        metric=metric,
        outcome=outcome,
        params={"clip": "a"},
        variant=variant,
    )


def night(place):
    timed = Measured(value=SLOWER[place], n=1)
    if place == 39:
        timed = Measured(
            value=0.115, n=2, low=0.1, high=0.13, samples=TIMES, cpu_samples=(0.09, 0.1, 0.11),
            preempted=(0,), rounds=(0, 1, 1), processes=(0, 0, 1),
        )  # fmt: skip
    memory = Failed(reason="killed") if place == 39 else Measured(value=1e6, n=1, samples=(1e6,))
    return run(place, point(timed), point(memory, metric="peak_rss", benchmark="load"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project folder with forty nights: slower from the twenty-first on."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "soundmark.toml").write_text('project = "recogniser"\n')
    open_workspace(folder / "soundmark.toml").append([night(place) for place in range(40)])
    return folder


@pytest.fixture
def history(made):
    with soundmark.open(made) as opened:
        yield opened


def test_a_trend_has_one_row_per_point_in_commit_order_with_the_documented_columns(history):
    trend = history.trend(metric="total_time")
    assert tuple(trend.columns[: len(DOCUMENTED)]) == DOCUMENTED
    assert trend["commit_sha"].tolist() == [f"c{place:04d}" for place in range(40)]
    assert trend["value"].tolist() == [*SLOWER[:39], 0.115]
    assert set(trend["unit"]) == {"s"}


def test_columns_have_types_and_moments_are_utc_with_rows_and_without(history, tmp_path):
    open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs").sync()
    with soundmark.open(tmp_path / "history.duckdb") as empty:
        for name in ("trend", "latest", "samples", "regressions"):
            full, nothing = getattr(history, name)(), getattr(empty, name)()
            assert len(full) > 0
            assert len(nothing) == 0
            assert nothing.dtypes.to_dict().keys() == full.dtypes.to_dict().keys()
            for column, kind in full.dtypes.items():
                assert nothing.dtypes[column].kind == kind.kind, (name, column)
    trend = history.trend()
    assert str(trend["commit_time"].dtype) == "datetime64[us, UTC]"
    assert (trend["value"].dtype, trend["n"].dtype) == (np.float64, np.int64)
    assert trend["benchmark"].dtype == "str"


def test_an_absence_is_a_row_with_its_reason_and_without_a_value(history):
    last = history.trend("golden.load").iloc[-1]
    assert (last["status"], last["reason"]) == ("failed", "killed")
    assert np.isnan(last["value"])


def test_the_latest_are_the_newest_points_of_every_series(history):
    latest = history.latest()
    assert latest["metric"].tolist() == ["peak_rss", "total_time"]
    assert set(latest["commit_sha"]) == {"c0039"}
    assert latest.columns.equals(history.trend().columns)


def test_samples_stand_in_order_with_what_is_known_of_each(history):
    samples = history.samples("golden.pipeline[clip=a]")
    assert samples["value"].tolist() == pytest.approx(TIMES)
    assert samples["index"].tolist() == [0, 1, 2]
    assert samples["cpu_s"].tolist() == pytest.approx((0.09, 0.1, 0.11))
    assert samples["preempted"].tolist() == [True, False, False]
    assert samples["round"].tolist() == [0, 1, 1]
    assert samples["process"].tolist() == [0, 0, 1]
    assert set(samples["commit_sha"]) == {"c0039"}
    assert samples["benchmark"].dtype == "category"
    memory = history.samples(metric="peak_rss")
    assert (len(memory), set(memory["unit"]), memory["cpu_s"].isna().all()) == (39, {"B"}, True)


def test_every_point_of_a_trend_is_found_again_by_its_samples(history):
    """Names are the same in all tables, so that they can be joined."""
    both = history.samples().merge(history.trend(), on=[*IDENTITY, "run_id"], validate="m:1")
    assert len(both) == len(history.samples())


def test_regressions_are_those_of_the_command_with_the_same_columns(history):
    from history.report.rows import REGRESSIONS

    (change,) = history.regressions().to_dict("records")
    assert tuple(history.regressions().columns) == REGRESSIONS
    assert (change["commit"], change["index"], change["unit"]) == ("c0020", 20, "s")
    assert change["change"] == pytest.approx(0.2, abs=0.02)
    assert (change["status"], change["direction"]) == ("confirmed", "regression")
    assert len(history.regressions(as_of="c0015")) == 0
    assert len(history.regressions(everything=True)) >= 1


def test_every_column_of_a_change_has_the_type_of_what_it_holds(history):
    kinds = {name: kind.kind for name, kind in history.regressions().dtypes.items()}
    numbers = {name for name, kind in kinds.items() if kind in "fi"}
    assert numbers == {
        *("index", "change", "change_low", "change_high", "before", "after", "n_after"),
        *("minimum_detectable_change", "minimum_detectable_step"),
    }
    assert [name for name, kind in kinds.items() if kind == "M"] == ["commit_time"]
    assert [name for name, kind in kinds.items() if kind == "b"] == ["output_changed"]


def test_a_question_in_sql_is_answered(history):
    found = history.query("select metric, count(value) as n from trend group by all order by all")
    assert found.to_dict("list") == {"metric": ["peak_rss", "total_time"], "n": [39, 40]}


def everything_in(folder):
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


REFUSED = (
    "delete from points",
    "create table mine (a integer)",
    "copy (select 1) to 'stolen.csv'",
    "select * from read_csv('soundmark.toml')",
    "set enable_external_access = true",
    "select 1; drop view trend",
    "select nonsense",
)


@pytest.mark.parametrize("of", ["project", "ledger"])
def test_nothing_but_the_history_is_read_and_nothing_is_changed(of, made, monkeypatch):
    monkeypatch.chdir(made)
    before = everything_in(made)
    with soundmark.open(made if of == "project" else made / ".soundmark" / "runs") as history:
        points = len(history.trend())
        for text in REFUSED:
            with pytest.raises(soundmark.SoundmarkError, match="the query cannot be answered"):
                history.query(text)
            assert len(history.trend()) == points, text
            assert everything_in(made) == before, text


def test_every_place_that_names_a_history_opens_it(made, tmp_path, monkeypatch):
    kept = made / ".soundmark"
    bare = tmp_path / "bare"
    shutil.copytree(kept, bare / ".soundmark")
    (tmp_path / "copy").write_bytes((kept / "history.duckdb").read_bytes())
    expected = soundmark.open(made).trend()
    places = [
        made / "soundmark.toml",
        kept / "history.duckdb",
        str(kept / "history.duckdb"),
        kept / "runs",
        bare,
        tmp_path / "copy",
    ]
    for place in places:
        with soundmark.open(place) as history:
            pd.testing.assert_frame_equal(history.trend(), expected)
    below = made / "notebooks"
    below.mkdir(exist_ok=True)
    monkeypatch.chdir(below)
    assert soundmark.open().trend().equals(expected)


def test_the_nearest_configuration_above_says_how_it_is_judged(made, tmp_path):
    shutil.copytree(made, tmp_path / "project")
    triage = '[[change]]\nstate = "expected"\ncommit = "c0020"\nreason = "the larger model"\n'
    (tmp_path / "project" / "triage.toml").write_text(triage)
    for place in ("", "soundmark.toml", ".soundmark/history.duckdb", ".soundmark/runs"):
        with soundmark.open(tmp_path / "project" / place) as history:
            assert len(history.regressions()) == 0
            (change,) = history.regressions(everything=True).to_dict("records")
        assert (change["status"], change["decided"]) == ("expected", "expected: the larger model")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nowhere", "nowhere: there is no such file or folder. A project folder, a soundmark.toml"),
        ("empty", "empty: expected a history, found a folder with neither soundmark.toml nor run"),
        ("notes.txt", r"notes.txt: expected a DuckDB file, found another one\. A project folder"),
        ("torn.duckdb", "the history torn.duckdb cannot be read"),
        ("project", "there is no history yet at history.duckdb. Measure with `soundmark collect`"),
    ],
)
def test_what_cannot_be_opened_is_said_with_what_can(name, text, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "soundmark.toml").write_text("")
    (tmp_path / "notes.txt").write_text("a list of things to measure")
    (tmp_path / "torn.duckdb").write_bytes(b"nothing like it" * 1000)
    with pytest.raises(soundmark.SoundmarkError, match=text):
        soundmark.open(tmp_path / name)


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"benchmark": "golden.pipelin"}, 'no series has a benchmark that fits "golden.pipelin"'),
        ({"metric": "totl_time"}, r'that fits "totl_time"\. Did you mean "total_time"\?'),
        ({"machine": "laptop"}, r'no series has a machine that fits "laptop"\. There are box\.'),
        ({"benchmark": "*.load", "metric": "total_time"}, "no series fits all of benchmark"),
    ],
)
def test_a_glob_that_fits_nothing_is_named_with_what_there_is(asked, text, history):
    for table in (history.trend, history.latest, history.samples):
        with pytest.raises(soundmark.SoundmarkError, match=text):
            table(**asked)


def test_a_damaged_run_file_is_named_and_the_rest_is_read(made, tmp_path):
    shutil.copytree(made / ".soundmark" / "runs", tmp_path / "runs")
    (tmp_path / "runs" / "2026" / "01").mkdir(exist_ok=True)
    (tmp_path / "runs" / "2026" / "01" / "torn.parquet").write_bytes(b"PAR1 torn")
    with (
        pytest.warns(UserWarning, match="2026/01/torn.parquet cannot be read") as told,
        soundmark.open(tmp_path / "runs") as history,
    ):
        assert len(history.trend()) == 80
    assert told[0].filename == __file__


def test_a_history_that_stays_open_keeps_no_run_waiting(made, tmp_path):
    shutil.copytree(made, tmp_path / "project")
    history = soundmark.open(tmp_path / "project")
    before = len(history.trend())
    writer = open_workspace(tmp_path / "project" / "soundmark.toml")
    writer.append([run(40, point(Measured(value=0.12, n=1)))])
    assert len(history.trend()) == before + 1


TAKE = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)"


def test_a_question_in_sql_lets_nobody_write_to_a_history_that_stays_open(made):
    path = made / ".soundmark" / "history.duckdb"

    def is_taken() -> bool:
        take = [sys.executable, "-IS", "-c", TAKE, str(path)]
        return subprocess.run(take, stderr=subprocess.DEVNULL, check=False).returncode == 0

    with soundmark.open(path) as history:
        for _ in range(2):
            assert history.query("select 1 as one")["one"].tolist() == [1]
            assert not is_taken()
    assert is_taken()


def test_a_program_that_has_opened_the_file_itself_is_told_why_no_question_is_answered(made):
    path = made / ".soundmark" / "history.duckdb"
    with (
        duckdb.connect(str(path), read_only=True),
        soundmark.open(path) as history,
        pytest.raises(soundmark.SoundmarkError, match="in use by another part of this program"),
    ):
        history.query("select 1")


def test_after_closing_it_says_so(made):
    with soundmark.open(made / ".soundmark" / "runs") as history:
        rebuilt = history._database
        assert rebuilt.is_file()
    assert not rebuilt.exists()
    assert repr(history) == "<soundmark history runs, closed>"
    with pytest.raises(soundmark.SoundmarkError, match=r"open it again with `soundmark\.open`"):
        history.latest()

"""Run files and databases of earlier versions are read as they were written."""

import csv
import io
import json
import lzma
import shutil
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner

from history.words import calibration
from history.words.key import FIELDS, SeriesKey
from soundmark import main

FIXTURES = Path(__file__).parent / "fixtures"
VERSIONS = sorted(folder.name for folder in FIXTURES.glob("schema-*"))
NIGHTS, SLOWER = 18, 9
HASHED = {
    "times": "md5(samples_ns::varchar) as times",
    "others": "md5(samples::varchar) as others",
}
"""What ``trend.csv`` tells of the samples."""


@pytest.fixture(params=VERSIONS)
def version(request):
    return FIXTURES / request.param


def run(*arguments):
    done = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def ledger_of(folder, version):
    shutil.copy(version / "soundmark.toml", folder)
    shutil.copytree(version / "runs", folder / ".soundmark" / "runs")


def database_of(folder, version):
    ledger_of(folder, version)
    packed = (version / "history.duckdb.xz").read_bytes()
    (folder / ".soundmark" / "history.duckdb").write_bytes(lzma.decompress(packed))


def brought_here(folder, version, start):
    """What this version makes of it with the first command."""
    start(folder, version)
    with chdir(folder):
        run("history", "sync" if start is ledger_of else "list")


@pytest.fixture
def old_database(version, tmp_path, monkeypatch):
    """The command in the folder of a project with a database of before that is still as it was."""
    database_of(tmp_path, version)
    monkeypatch.chdir(tmp_path)
    return run


@pytest.fixture(
    params=[database_of, ledger_of], ids=["the database of before", "the ledger of before"]
)
def record(request, version, prepared, tmp_path, monkeypatch):
    """Both roads to the same record; returns the command in the folder of the project."""
    prepared(brought_here, tmp_path, version, request.param)
    monkeypatch.chdir(tmp_path)
    return run


def asked(soundmark, query):
    return json.loads(soundmark("history", "query", query, "--format", "json"))


def test_every_point_has_the_id_the_values_and_the_interval_it_had(record, version):
    before = (version / "trend.csv").read_text()
    columns = [HASHED.get(name, name) for name in before.partition("\n")[0].split(",")]
    assert record("history", "query", f"select {', '.join(columns)} from trend",
                  "--format", "csv") == before  # fmt: skip


def test_every_series_has_the_id_that_its_key_gives_today(record):
    rows = asked(record, "select * from series join machines using (machine_key)")
    assert len(rows) == 6
    for row in rows:
        key = SeriesKey(**{name: (row | {"machine": row["label"]})[name] for name in FIELDS})
        assert key.series_id(row["machine_id"]) == row["series_id"]


def test_the_database_is_the_ledgers_and_stays_so(record):
    assert f"+0 runs, {NIGHTS} runs in the history" in record("history", "sync")
    assert record("history", "verify").startswith(f"6 run files, {NIGHTS} runs, ")


def test_what_was_left_out_is_left_out(record):
    rows = asked(record, "select run_id, series_id, reason from excluded")
    left_out = [(row["run_id"][:8], bool(row["series_id"]), row["reason"]) for row in rows]
    assert left_out == [
        ("00000005", False, "a compiler ran beside it"),
        ("00000007", True, "another model was loaded"),
    ]


def test_utterances_keep_their_times_and_words(record):
    rows = asked(record, "select * from items left join texts using (text_key) order by all")
    assert len(rows) == 4
    assert {json.loads(row["item_values"])["total_time"] for row in rows} == {0.038, 0.047}
    assert {row["content"] for row in rows} == {None, "\u201cthe quick brown fox\u201d <b>"}


def test_calibration_is_read_as_fields_from_keys_made_of_words(record):
    rows = asked(record, "select environment from runs join environments using (environment_key)")
    found = [calibration.decode(json.loads(row["environment"])) for row in rows]
    assert sum(one.disturbed("golden") for one in found) == 1
    assert {one.limit for one in found} == {0.05}
    assert found[0].before("golden") == {"compute": 0.0006824995, "memory": 0.0138285285}


def test_the_change_is_found(record):
    (change,) = csv.DictReader(io.StringIO(record("regressions", "--format", "csv")))
    assert (change["metric"], change["index"]) == ("total_time", str(SLOWER - 1))
    assert change["commit"].startswith(f"{SLOWER:04x}")
    machine, library = change["suspects"].split("; ")
    assert machine == "machine: disturbed while golden ran"
    assert library.startswith("libraries.torch: 2.12.0")


def test_an_alarm_of_before_keeps_its_id_and_answers_are_asked_for_again(old_database):
    raised = asked(old_database, "select episode from changes order by episode")
    assert raised
    assert asked(old_database, "select count(*) as asked from detections where inputs = ''") == [
        {"asked": 6}
    ]
    old_database("history", "sync")
    assert asked(old_database, "select count(*) as asked from detections where inputs = ''") == [
        {"asked": 0}
    ]
    assert asked(old_database, "select episode from changes order by episode") == raised


def test_a_site_is_built_of_it(record, tmp_path):
    record("site", "build", "--shell", "plain", "--out", "site")
    assert (tmp_path / "site" / "index.html").is_file()

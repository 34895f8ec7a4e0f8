import csv
import io
import json

import duckdb
import pytest
from click.testing import CliRunner

from history.formats.csv import Csv
from history.formats.interface import Context
from history.formats.take_in import import_file
from history.project.workspace import open_workspace
from soundmark import main

ROWS = """\
suite,benchmark,params,metric,unit,direction,machine,commit,commit_time,value,samples
alignment,utterances,size=mini,total_time,ms,lower,box,a1,2026-01-01,,12.4;12.5;12.7
alignment,utterances,size=mini,rtf,x,lower,box,a1,2026-01-01,0.5,
"""


@pytest.fixture
def soundmark(tmp_path, monkeypatch, prepared):
    monkeypatch.chdir(prepared(of_two_points, tmp_path))

    def run(*arguments, code=0):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == code, result.output
        return result.output

    return run


def of_two_points(folder):
    (folder / "results.csv").write_text(ROWS)
    kept = open_workspace(
        history=folder / ".soundmark" / "history.duckdb", ledger=folder / ".soundmark" / "runs"
    )
    import_file(kept, Csv(), folder / "results.csv", Context())


def test_every_point_is_printed_with_its_unit_as_csv_and_as_json(soundmark):
    as_csv = {row["metric"]: row for row in csv.DictReader(io.StringIO(soundmark("export", "csv")))}
    as_json = {row["metric"]: row for row in json.loads(soundmark("export", "json"))}
    for found in (as_csv, as_json):
        assert {metric: row["unit"] for metric, row in found.items()} == {
            "rtf": "x", "total_time": "s",
        }  # fmt: skip
        assert float(found["total_time"]["value"]) == pytest.approx(0.0125)
        assert float(found["rtf"]["value"]) == 0.5


def test_parquet_keeps_the_samples_as_a_list(soundmark):
    assert "wrote all.parquet" in soundmark("export", "parquet", "-o", "all.parquet")
    rows = duckdb.sql("select samples from 'all.parquet' where metric = 'total_time'").fetchall()
    assert rows == [([pytest.approx(0.0124), pytest.approx(0.0125), pytest.approx(0.0127)],)]


def test_parquet_is_not_printed(soundmark):
    assert "Name a file with -o" in soundmark("export", "parquet", code=2)


def test_a_folder_that_is_not_there_is_named(soundmark):
    assert "there is no folder out" in soundmark("export", "csv", "-o", "out/all.csv", code=2)

"""What goes out as results of asv comes in as the same series, where it has a place."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.formats.asv import Asv
from history.formats.interface import Context
from history.formats.outcomes import measured
from history.words.errors import UsageError
from history.words.records import Failed, Measured, Skipped, Variant
from tests.history.formats.written import (
    few,
    number,
    point,
    runs,
    there_and_back,
    workspace,
    written,
)

outcomes = st.one_of(
    st.lists(number, min_size=2, max_size=5).map(measured),
    number.map(lambda value: Measured(value=value, n=1)),
    st.just(Failed(reason="it failed; asv keeps no reason")),
    st.just(Skipped(reason="it was skipped; asv keeps no reason")),
)
TIMES = ("a.time_x", "b.Suite.time_y")


@few
@given(
    nights=st.lists(
        st.dictionaries(st.sampled_from(TIMES), st.tuples(outcomes, outcomes), min_size=1),
        min_size=1, max_size=2,
    ),
    runtime=st.sampled_from(["python 3.11", "python 3.12, numpy 2.1, THREADS=1", "onnxruntime"]),
    version=st.sampled_from(["", "version 1a2b3c4d", "version 2"]),
)  # fmt: skip
def test_asv_holds_parameters_environments_versions_samples_and_absences(nights, runtime, version):
    variant = Variant(runtime=runtime, features=version)
    records = runs([
        [
            point(name, "operation_time", outcome, params={"n": str(size)}, variant=variant)
            for name, pair in found.items()
            for size, outcome in zip((10, 100), pair, strict=True)
        ]
        for found in nights
    ])  # fmt: skip
    context = Context(suite="suite")
    with tempfile.TemporaryDirectory() as folder:
        before, after, said = there_and_back("asv", records, context, Path(folder), "results")
    assert [row[:6] for row in after] == [row[:6] for row in before]
    assert [row[7] for row in after] == [row[7] for row in before]
    assert not [one for one in said if "name of its benchmark" in one or "runtime" in one]


def test_asv_is_written_into_a_folder_alone(tmp_path):
    with pytest.raises(UsageError, match="a folder of files, which cannot go to the terminal"):
        written(tmp_path, "asv", None)


def test_a_history_of_failures_alone_is_written_as_failures(tmp_path):
    made = workspace(tmp_path)
    made.append(runs([[point("mel", "wer", Failed(reason="no"))]]))
    with made.reading() as connection:
        said = Asv().write(connection, tmp_path / "results")
    assert "reason of 1 point left out" in said
    (file,) = (tmp_path / "results" / "box").glob("0*.json")
    results = json.loads(file.read_text())["results"]
    assert {name: row[0] for name, row in results.items()} == {"mel.wer": [None]}


def test_asv_says_what_it_has_no_place_for(tmp_path):
    said = written(tmp_path, "asv", tmp_path / "results") or ()
    assert "metric of 4 points put into the name of its benchmark" in said
    assert "variant of 1 point put into the name of its benchmark" in said
    listed = json.loads((tmp_path / "results" / "benchmarks.json").read_text())
    assert listed["mel.own"]["unit"] == "widgets"

"""What every writer of another tool's format does with a history."""

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.formats import registry
from history.formats.exported import NotHeld
from history.formats.interface import Context
from history.words.errors import UsageError
from history.words.records import Failed, Measured
from tests.history.formats.written import NAMES, few, number, point, runs, there_and_back, workspace

bare = st.lists(
    st.dictionaries(st.sampled_from(NAMES), number, min_size=1), min_size=1, max_size=2
).map(
    lambda nights: runs(
        [
            [
                made
                for name, value in found.items()
                for made in (
                    point(name, "operation_time", Measured(value=value, n=1)),
                    point(name, "throughput", Measured(value=value * 2, n=1)),
                )
            ]
            for found in nights
        ]
    )
)


@few
@given(records=bare)
@pytest.mark.parametrize("name", ["github-action-benchmark", "bmf"])
def test_series_without_parameters_come_back_as_they_went(name, records):
    only = records
    if name == "github-action-benchmark":  # a suite has one direction there
        only = [
            msgspec.structs.replace(
                one, points=tuple(p for p in one.points if p.metric != "throughput")
            )
            for one in records
        ]
    context = Context(suite="suite", machine="box")
    with tempfile.TemporaryDirectory() as folder:
        before, after, _ = there_and_back(name, only, context, Path(folder), "out")
    assert [row[:6] for row in after] == [row[:6] for row in before]
    assert [row[6] for row in after] == pytest.approx([row[6] for row in before], rel=1e-12)


@pytest.mark.parametrize("name", ["bmf", "github-action-benchmark", "openmetrics"])
def test_without_any_measured_point_nothing_is_written(tmp_path, name):
    history = workspace(tmp_path)
    history.append(runs([[point("mel", "wer", Failed(reason="no"))]]))
    target = tmp_path / "out"
    writer = registry.find(name, registry.EXPORT)
    with history.reading() as connection, pytest.raises(UsageError, match="no measured point"):
        writer.write(connection, target)
    assert not target.exists()


def test_what_has_no_place_is_counted_in_one_sentence_of_each_kind():
    lost = NotHeld()
    lost.add("samples of {} left out")
    lost.add("samples of {} left out")
    lost.add("{} left out: it is older", 3)
    lost.add("{} left out: nobody has it", 0)
    assert lost.sentences() == ("samples of 2 points left out", "3 points left out: it is older")

"""A ``data.js`` read as columns gives the records that it gave as points, of every odd kind."""

import json
from pathlib import Path

import pytest

from history.formats.github_action_benchmark import GithubActionBenchmark
from history.formats.interface import Context, SeriesKind
from history.words.metrics import Direction
from tests.history.formats.asv.test_asv_columns import told
from tests.history.formats.test_github_action_benchmark import data_js, entry, result

GOLDEN = Path(__file__).parent / "golden" / "data_js_odd.json"
RESULTS = [
    result(),
    result(name="text", value="3,904.5"),
    result(name="text again", value="3904.5"),
    result(name="true", value=True),
    result(name="none", value=None),
    result(name="endless", value=float("inf")),
    result(name="large", value=1e200),
    result(name="zero", value=0, unit="s"),
    result(name="speed", value=12.5, unit="MB/s", extra="a\nb"),
    result(name="odd", value=1, unit="furlongs"),
    result(name="bare", value=2, unit=""),
    result(name="no unit", value=2, unit=None),
    result(name="number as unit", unit=3),
    result(),
    result(name=" decode ", value=7),
    result(name="", value=7),
    result(name="long " + "x" * 70_000, value=7),
    result(name="go", value=5, unit="ns/op\t12 B/op\t3 allocs/op\tnone"),
    result(name="go - B/op", value=5, unit="B/op"),
    "no result",
    7,
]
ENTRIES = {
    "Rust": [
        entry(*RESULTS),
        entry(result(value=1), result(name="odd", value=3, unit="s"), sha="b" * 40, tool="pytest"),
        entry(*RESULTS),
        entry(sha="c" * 40),
        entry(result(), sha="d" * 40, date=None, timestamp=None),
        entry(result(), sha="e" * 40, timestamp=None),
        entry(result(), sha=" ", date="x"),
        {"benches": 3},
        None,
    ],
    "Go": [entry(result(name="odd", value=2, unit="furlongs"), tool="customBiggerIsBetter")],
    "none": {},
    " ": [entry(result(name="odd", value=2, unit="furlongs"), sha="b" * 40)],
}
CONTEXTS = {
    "plain": Context(),
    "told": Context(
        suite="given",
        machine="m",
        project="p",
        directions={"furlongs": Direction.HIGHER, "": Direction.LOWER},
        series={"0" * 16: SeriesKind("s", "lower")},
    ),
}


def read(folder, context):
    (folder / "data.js").write_text(data_js(**ENTRIES))
    return told(GithubActionBenchmark().read(folder / "data.js", context))


@pytest.mark.parametrize("name", CONTEXTS)
def test_every_odd_result_gives_what_it_gave_as_a_point(tmp_path, name):
    found, golden = read(tmp_path, CONTEXTS[name]), json.loads(GOLDEN.read_text())[name]
    assert found == golden
    assert found["refused"]

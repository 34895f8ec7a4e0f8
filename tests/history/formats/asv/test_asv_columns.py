"""Files of asv read as columns give the records that they gave as points, of every odd kind."""

import json
from pathlib import Path

import msgspec
import pytest

from history.formats.asv import Asv
from history.formats.interface import Context, SeriesKind
from tests.history.formats.asv.test_asv import SAMPLES, TIME, file, history

GOLDEN = Path(__file__).parent / "golden" / "asv_odd.json"
BENCHMARKS = {
    "a.time_plain": TIME,
    "a.time_grid": {**TIME, "param_names": ["n", "device"]},
    "a.time_renamed": {**TIME, "param_names": ["one"]},
    "a.track_ms": {"type": "track", "unit": "ms", "param_names": []},
    "a.track_odd": {"type": "track", "unit": "furlongs", "param_names": []},
    "a.peakmem_x": {"type": "peakmemory", "unit": "bytes", "param_names": []},
    "a.operation_time": {"type": "track", "unit": "bytes", "param_names": []},
}
GRID = [["1", "2"], ["'cpu'", "'cuda'"]]
NAN, INF = float("nan"), float("inf")
RESULTS = {
    "a.time_plain": [
        [0.5], [], "1" * 64, 1_767_225_700_000, 2.0, [0.4], [0.6], [0.45], [0.55], [9], [30],
    ],
    "a.time_grid": [
        [1, None, NAN, 2.5], GRID, "v2", 1_767_225_650_000, 2.0, [1.0, None], [2.0],
        [0.9, None, None, 2.25], [1.1, None, None, 2.75], [10] * 4, [12, None, None, 1],
    ],
    "a.time_renamed": [[-INF, INF, 1e-9, 0], [["1", "'1'"], ["<f at 0x7f00>", "2"]], "v3"],
    "a.time_gone": [None, [["1", "2"]], "v1"],
    "a.time_text": [["1.5", "x", True, "1,5"], [["1", "2", "3", "4"]], None],
    "a.time_twice": [[1.0, 2.0], [["1", "1"]], "v"],
    "a.time_repeats": [
        [1.0, 2.0, 3.0, 4.0], [list("abcd")], "v", "x", 1.0, [], [], [], [], [],
        [-1, 2**40, 1.5, True],
    ],
    "a.time_quartiles": [
        [1.0, 2.0, 3.0], [list("abc")], "v", 0, 1.0, [True], [], ["x", INF], [10**400], [], "no",
    ],
    "a.time_samples": [
        [2.0, 9.0, None, 1.0], [list("abcd")], "v", 0, 1.0, [1.0] * 4, [3.0] * 4, [], [], [],
        [3] * 4, [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], None, ["x"]],
    ],
    "a.track_ms": [[5, 1e300, 1e-300], [list("abc")], "v"],
    "a.track_odd": [[0.0], [], "v"],
    "a.peakmem_x": [[123456789], [], "v"],
    "a.operation_time": [[3.5, 4.5], [["1", "2"]], "v"],
    "a.values_too_few": [[1.0], GRID, "v"],
    "a.no_list": 3,
    "a.cells_too_many": [1] * 40,
    "a.params_no_list": [[1.0], 3],
    " ": [[1.0]],
}  # fmt: skip
OLD = {
    "version": 1,
    "results": {
        "a.time_plain": 0.25,
        "a.time_grid": {
            "params": GRID, "result": [1.0, None, 3.0, NAN],
            "stats": [
                {"ci_99": [0.9, 1.1], "q_25": 0.95, "q_75": 1.05, "repeat": 10}, None, {}, None,
            ],
        },
        "a.time_gone": {"result": [None, 1.0], "params": [["1", "2"]]},
    },
    "benchmark_version": {"a.time_plain": "1" * 64},
    "started_at": {"a.time_plain": 1_767_225_700_000},
}  # fmt: skip


def odd_history(root):
    files = [
        file(RESULTS),
        file(OLD["results"], commit="b" * 40, date=1_767_139_200_000) | OLD,
        file({"a.time_plain": [[0.75], [], "2" * 64]}, commit="c" * 40, date="soon"),
        file({"a.time_plain": [[0.75], [], "2" * 64]}, commit="c" * 40, date=1_767_312_000_000),
        file({}, commit="d" * 40),
        file({"a.time_plain": 7}, commit="e" * 40),
        "{",
        json.dumps({"results": {}}),
        file({"a.track_ms": [[7.0], [], "v"]}, commit="f" * 40, date=1_767_312_000_001),
    ]
    history(root, *files, benchmarks=BENCHMARKS)
    return history(root, *files[:2], machine="other", benchmarks=BENCHMARKS)


def told(found):
    return {
        "records": json.loads(msgspec.json.encode(found.records)),
        "rows_read": found.rows_read,
        "refused": [[one.row, one.reason] for one in found.refused],
        "flagged": list(found.flagged),
    }


def known_series():
    """The series ``track_ms`` of machine ``ci`` has bytes in the history."""
    return {"0" * 16: SeriesKind("B", "lower")}


CONTEXTS = {"plain": Context(), "of a suite": Context(suite="given", project="p")}


@pytest.mark.parametrize("name", CONTEXTS)
def test_every_odd_value_gives_what_it_gave_as_a_point(tmp_path, name):
    golden = json.loads(GOLDEN.read_text())
    assert told(Asv().read(odd_history(tmp_path), CONTEXTS[name])) == golden[name]


def test_a_history_of_the_real_tool_gives_what_it_gave_as_points():
    assert told(Asv().read(SAMPLES, Context())) == json.loads(GOLDEN.read_text())["samples"]

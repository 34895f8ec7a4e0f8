"""Files of asv of the usual shape are decoded into columns, with what the general reader gives."""

import json
import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.formats.asv import Asv, fields_of, find
from history.formats.asv.columns import columns_of
from history.formats.asv.points import Reading
from history.formats.interface import Context, SeriesKind
from history.words.records import series_id
from tests.history.formats.asv.test_asv import COLUMNS, SAMPLES, TIME, file, history
from tests.history.formats.asv.test_asv_columns import BENCHMARKS, told

NAN, INF = float("nan"), float("inf")

usual = st.one_of(
    st.floats(1e-9, 1e3), st.integers(-(2**70), 2**70), st.sampled_from([None, NAN, INF, -INF, 0])
)
"""What stands for a value in files of asv, and whole numbers of any size."""
odd = st.sampled_from(["1.5", "x", True, 10**400, [], {}, "\ue000n", "", "NaN", "\ud800"])
texts = st.sampled_from(["1", "2", "'cpu'", "'\u00b5'", "<f at 0x7f00>", "10"])


@st.composite
def usual_rows(draw):
    """A row as asv writes it."""
    params = draw(st.one_of(st.just([]), st.lists(st.lists(texts, max_size=3), max_size=2)))
    count = math.prod(map(len, params))

    def column(cells, *others):
        fitting = st.lists(cells, min_size=count, max_size=count)
        return draw(st.one_of(fitting, st.none(), *others))

    shorter = st.lists(usual, max_size=2)
    row = [
        column(usual),
        draw(st.sampled_from([params, params or None])),
        draw(st.sampled_from(["1" * 64, "2" * 64, "v", None, ""])),
        draw(st.sampled_from([1_767_225_700_000, 1_767_225_650_000.5, None])),
        draw(st.sampled_from([2.0, None, 1])),
        *(column(usual, shorter) for _ in range(5)),
        column(st.sampled_from([1, 2, 30, 1.5, None])),
        draw(st.sampled_from([None, [], [None]])),
        draw(st.sampled_from([None, "eJwB"])),
    ]
    while row and row[-1] is None:
        row.pop()
    return row


@st.composite
def odd_rows(draw):
    """A row with something else in one of its cells."""
    row = draw(usual_rows())
    cell = st.one_of(odd, st.lists(odd, max_size=2), st.lists(st.lists(odd, max_size=2)))
    if row:
        row[draw(st.integers(0, len(row) - 1))] = draw(cell)
    return row + draw(st.sampled_from([[], [None] * 9]))


def some_files(rows, names, **more):
    return st.builds(
        file,
        st.dictionaries(st.sampled_from([*BENCHMARKS, "time_unlisted", *names]), rows, max_size=4),
        commit=st.sampled_from(["a" * 40, "b" * 40, "c" * 40]),
        date=st.sampled_from([1_767_225_600_000, 1_767_139_200_000.25, 0]),
        requirements=st.sampled_from([{}, {"numpy": "2.1"}, {"numpy": None}, None]),
        **more,
    )


usual_files = some_files(usual_rows(), ())
odd_files = some_files(
    odd_rows(),
    (" ",),
    result_columns=st.sampled_from([COLUMNS, COLUMNS, COLUMNS[:11], 3]),
    durations=st.sampled_from([{}, {"<build>": 3.5}, {"x": [[[[]]]]}]),
)
files = st.one_of(usual_files, usual_files, odd_files)


def generally(root, context):
    """What the reader of files of any shape gives."""
    known = json.loads((root / "benchmarks.json").read_text())
    reading = Reading(context, {one: of for one, of in known.items() if isinstance(of, dict)})
    for one in find(root):
        reading.take(fields_of(one), one.name, one.path.parent.name)
    return reading.imported()


def same(root, context):
    assert told(Asv().read(root, context)) == told(generally(root, context))


@given(st.lists(files, min_size=1, max_size=3), st.sampled_from(["ensure", "text", "lines"]))
def test_random_files_give_the_same_either_way(found, written):
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        written_files = [
            json.dumps(one, ensure_ascii=written != "text", indent=1 if written == "lines" else 0)
            for one in found
        ]
        written_files = [one for one in written_files if "\ud800" not in one]
        history(root, *written_files, benchmarks=BENCHMARKS)
        same(root, Context(suite="s"))


def usual_file(**more):
    grid = [["1", "2"], ["'cpu'", "'cuda'"]]
    return file(
        {
            "a.time_plain": [
                [0.5], [], "1" * 64, 1_767_225_700_000, 2.0, [-INF], [INF], [0.45], [0.55], [9],
                [30],
            ],
            "a.time_grid": [
                [1, None, NAN, 2.5], grid, "v2", 1_767_225_650_000, 2.0, [1.0, None, None, NAN], [],
                [0.9, None, None, 2.25], None, [10] * 4, [12, None, None, 1],
            ],
            "a.time_gone": [None, [["1", "2"]], "v1"],
            "a.time_never": [],
            "a.track_ms": [[INF, 5], [["'a'", "'b'"]], "v"],
        }
    ) | more  # fmt: skip


def test_a_file_with_failures_infinite_intervals_and_parameters_is_of_the_usual_shape(tmp_path):
    history(tmp_path, usual_file(), usual_file(commit_hash="b" * 40), benchmarks=BENCHMARKS)
    assert all(columns_of(one.path) is not None for one in find(tmp_path))
    same(tmp_path, Context())


@pytest.mark.parametrize(
    "odd",
    [
        {"result_columns": COLUMNS[:11]},
        {"version": 1},
        {"version": 3},
        {"commit_hash": ""},
        {"results": {"a.time_plain": [["1.5"]]}},
        {"results": {"a.time_plain": [[True]]}},
        {"results": {"a.time_plain": [[1.0, 2.0]]}},
        {"results": {"a.time_plain": [[1.0], [], *[None] * 8, [-1]]}},
        {"results": {"a.time_plain": [[1.0], [], *[None] * 9, [[1.0, 2.0]]]}},
        {"results": {"a.time_plain": [[1.0], *[None] * 12, 5]}},
        {"results": {"a.time_plain": [None, [["1"] * 1000, ["1"] * 1000]]}},
        {"results": {"\t": [[1.0]]}},
        {"results": {"a.time_plain": [["\ue000n"]]}},
        {"results": {"a.time_plain": [[1.0], [["'NaN'"]]]}},
        {"durations": {"x": [[]]}},
        {"something": 1},
    ],
)
def test_a_file_with_anything_odd_in_it_is_left_to_the_general_reader(tmp_path, odd):
    history(tmp_path, usual_file(**odd), benchmarks=BENCHMARKS)
    (one,) = find(tmp_path)
    assert columns_of(one.path) is None
    same(tmp_path, Context())


@pytest.mark.parametrize(
    "results",
    [
        {"a.time_twice": [[1.0, 2.0], [["1", "1"]]], "a.track_odd": [[1.0]]},
        {"a.track_odd": [[1.0]], "a.track_ms": [[1.0]], "a.time_plain": [[2.0]]},
    ],
)
def test_what_is_refused_in_a_file_of_the_usual_shape_is_refused_either_way(tmp_path, results):
    history(tmp_path, file(results), file(results, commit="b" * 40), benchmarks=BENCHMARKS)
    (first, *_) = Asv().read(tmp_path, Context()).records
    kept = {series_id(one, first.run.machine): SeriesKind("B", "lower") for one in first.points}
    assert columns_of(find(tmp_path)[0].path) is not None
    same(tmp_path, Context(series=kept))
    assert Asv().read(tmp_path, Context(series=kept)).refused


def test_the_history_of_the_real_tool_gives_the_same_either_way():
    same(SAMPLES, Context())


def test_bytes_that_are_no_text_are_refused_and_not_decoded(tmp_path):
    history(tmp_path, usual_file(), benchmarks={"time_a": TIME})
    (one,) = find(tmp_path)
    one.path.write_bytes(one.path.read_bytes().replace(b"a.time_gone", b"a.time_\xff"))
    assert columns_of(one.path) is None
    same(tmp_path, Context())

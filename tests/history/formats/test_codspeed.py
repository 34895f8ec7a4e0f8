"""Wall times of CodSpeed, written by hand after the public sources of codspeed-rust 4.1."""

import json

import pytest

from history.formats.codspeed import Codspeed
from history.words.errors import ImportRefusedError
from tests.history.formats.builders import outcome

FORMAT = Codspeed()
STATS = {
    "min_ns": 400, "max_ns": 900, "median_ns": 550, "q1_ns": 500, "q3_ns": 600, "rounds": 20,
}  # fmt: skip


def text(**changes):
    bench = {"name": "mel", "uri": "benches/mel.rs::kernels::mel", "stats": STATS} | changes
    about = {"creator": {"name": "codspeed-rust"}, "instrument": {"type": "walltime"}}
    return json.dumps(about | {"benchmarks": [bench]})


def test_a_benchmark_has_its_median_and_quartiles_in_seconds():
    time = outcome(FORMAT.parse(text()), "operation_time", "benches/mel.rs::kernels::mel")
    assert (time.value, time.q1, time.q3) == pytest.approx((550e-9, 500e-9, 600e-9))
    assert (time.minimum, time.maximum) == pytest.approx((400e-9, 900e-9))
    assert (time.n, time.aggregate) == (20, "median")


def test_a_benchmark_without_an_address_goes_by_its_name():
    assert FORMAT.parse(text(uri=None)).points[0].benchmark == "mel"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stats": {}}, "rounds: expected a number, found null"),
        ({"stats": STATS | {"median_ns": "fast"}}, "median_ns: expected a number"),
        ({"uri": None, "name": " "}, 'expected an object with "uri" and "stats"'),
    ],
)
def test_what_is_no_result_is_refused(changes, said):
    (refused,) = FORMAT.parse(text(**changes)).refused
    assert said in refused.reason


def test_only_wall_times_are_recognised():
    assert FORMAT.recognise(text())
    assert not FORMAT.recognise(text().replace("walltime", "simulation"))
    with pytest.raises(ImportRefusedError, match='expected an object with "benchmarks", a list'):
        FORMAT.parse("[]", "a.json")

"""What no run file can hold is named, as a record or as columns."""

from datetime import UTC, datetime

import msgspec
import pytest

from history.formats import limits_in_force, storable
from history.store import packing
from history.store.admission.limits import Limits
from history.words.records import Item, Measured, Point
from tests.history.builders import point, record

SOUND = Point(suite="s", benchmark="b", metric="wall_time", outcome=Measured(value=1.0, n=1))


@pytest.mark.parametrize(
    ("one", "said"),
    [
        ({"a": ["\ud800"]}, "expected Unicode text, found half of a surrogate pair"),
        (["x" * 9], "expected texts of at most 8 bytes, found one of 9"),
        ((float("nan"),), "expected finite numbers up to 1e+150 in base units, found nan"),
        (1e200, "expected finite numbers up to 1e+150 in base units, found 1e+200"),
        ({"a": 2**63}, "expected whole numbers of at most 19 digits, found a larger one"),
        (datetime(1969, 1, 1, tzinfo=UTC), "expected a time from 19"),
        (datetime(9999, 1, 1, tzinfo=UTC), "found 9999-01-01"),
        ({"a": [1, "b", 2.5, None, (True,)]}, ""),
    ],
)
def test_a_value_is_found_at_any_depth(one, said):
    with limits_in_force.holding(Limits(text_bytes=8)):
        found = storable.fault(one)
    assert said in found
    assert bool(found) is bool(said)


@pytest.mark.parametrize("sha", ["", " "])
def test_a_run_of_a_commit_without_a_name_is_refused(sha):
    commit = msgspec.structs.replace(record().run.commit, sha=sha)
    assert storable.fault(commit) == "expected the name of a commit, found none"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"metric": ""}, "expected the name of a metric, found none"),
        ({"outcome": Measured(value=1.0, n=2**31)}, "expected n of at most 2147483647"),
        ({"outcome": Measured(value=1e200, n=1)}, "expected finite numbers up to 1e+150"),
    ],
)
def test_a_point_is_refused_as_a_record_and_as_columns(fault, said):
    bad = msgspec.structs.replace(SOUND, **fault)
    assert said in storable.fault(bad)
    assert said in storable.fault_of_columns(_columns(bad))
    assert storable.fault(SOUND) == storable.fault_of_columns(_columns(SOUND)) == ""


def test_a_fault_of_a_run_names_the_point_or_the_item():
    item = Item(suite="s", benchmark="b", item="clip", facts={"level": float("inf")})
    bad = msgspec.structs.replace(SOUND, params={"k": "\ud800"})
    assert storable.fault_of_run(record("a1", SOUND)) == ""
    assert storable.fault_of_run(record("a1", bad)).startswith("b, wall_time: expected Unicode")
    assert storable.fault_of_run(record("a1", items=(item,))).startswith("b, clip: expected finite")


def test_odd_numbers_are_taken_with_a_remark():
    made = packing.pack([record("a1", point(-1.0), point(0.0, metric="dp_time"))])
    assert storable.odd(made) == (
        "1 value below 0, first utterances, total_time",
        "1 value of 0 seconds, first utterances, dp_time",
    )


def _columns(one):
    return packing.pack([msgspec.structs.replace(record(), points=(one,))])

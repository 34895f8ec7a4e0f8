"""What asv says of a benchmark, or its name alone, gives metric, unit and direction."""

import pytest

from history.formats.asv.kinds import kind_of, params_by_name
from history.formats.asv.rows import combinations
from history.words.metrics import Direction


@pytest.mark.parametrize(
    ("name", "metric", "unit"),
    [
        ("a.time_mel", "operation_time", "s"),
        ("a.TimeMel", "operation_time", "s"),
        ("a.timeraw_import", "operation_time", "s"),
        ("a.peakmem_load", "peak_rss", "B"),
        ("a.mem_list", "object_size", "B"),
        ("a.timely", "timely", ""),
        ("a.track_words", "track_words", ""),
    ],
)
def test_without_an_entry_the_name_tells_the_type(name, metric, unit):
    kind = kind_of(name, None, {})
    assert (kind.metric, kind.unit, kind.is_fixed) == (metric, unit, unit != "")


@pytest.mark.parametrize(
    ("unit", "base", "factor", "direction"),
    [
        ("ms", "s", 1e-3, Direction.LOWER),
        ("words/s", "words/s", 1.0, Direction.HIGHER),
        ("furlongs", "furlongs", 1.0, Direction.NONE),
        ("unit", "", 1.0, Direction.NONE),
    ],
)
def test_a_tracked_value_goes_by_its_function_and_its_unit(unit, base, factor, direction):
    kind = kind_of("a.track_it", {"type": "track", "unit": unit}, {})
    assert (kind.metric, kind.unit, kind.direction) == ("track_it", base, direction)
    assert kind.factor == pytest.approx(factor)
    assert kind.has_no_unit is (direction is Direction.NONE)


def test_parameters_go_by_their_names_or_by_number_where_these_do_not_fit():
    assert params_by_name(("n", "way"), ("1", "fast")) == {"n": "1", "way": "fast"}
    assert params_by_name(("n",), ("1", "fast")) == {"param1": "1", "param2": "fast"}
    assert params_by_name(("n", "n"), ("1", "2")) == {"param1": "1", "param2": "2"}


def test_combinations_lose_quotes_and_addresses_unless_two_would_be_one():
    written = (("1", "2"), ("'cpu'", "<f at 0x7f00>"))
    assert combinations(written) == (("1", "cpu"), ("1", "<f>"), ("2", "cpu"), ("2", "<f>"))
    assert combinations((("1", "'1'"),)) == (("1",), ("'1'",))
    assert combinations(()) == ((),)

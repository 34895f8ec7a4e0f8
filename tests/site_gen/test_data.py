import numpy as np
import orjson
from hypothesis import given
from hypothesis import strategies as st

from history.read.series import FAILED, MEASURED
from site_gen.pages.benchmark import display_unit
from site_gen.writers import data
from tests.site_gen.builders import benchmark, change, context, run, series

measured = st.floats(min_value=1e-7, max_value=1e3)


def read_back(row, **judged):
    one = benchmark(row)
    return orjson.loads(data.benchmark_file(context(one, **judged), one, {}))


@given(
    st.floats(min_value=1e-7, max_value=1e3), st.lists(st.floats(0.5, 2.0), min_size=1, max_size=40)
)
def test_a_drawn_number_is_true_to_four_digits(level, factors):
    values = [level * factor for factor in factors]
    page = read_back(series(values))
    (found,) = page["series"]
    factor, unit = display_unit([series(values)])
    assert found["u"] == unit
    drawn = np.array(found["y"]) * found["q"] * factor
    assert np.allclose(drawn, values, rtol=1e-3)
    assert all(isinstance(one, int) for one in found["y"])


def test_an_absence_is_null_and_keeps_its_reason():
    page = read_back(series([1.0, np.nan], status=[MEASURED, FAILED], reasons={1: "killed"}))
    (found,) = page["series"]
    assert found["y"][1] is None
    assert found["status"] == [MEASURED, FAILED]
    assert found["why"] == {"1": "killed"}


def test_levels_are_medians_between_changes():
    row = series([1.0, 1.0, 1.0, 2.0, 2.0])
    (found,) = read_back(row, changes=(change(row, 3),))["series"]
    assert found["l"] == [[0, 2, 1.0], [3, 4, 2.0]]
    assert found["f"][0]["tone"] == "bad"


def test_runs_are_written_once_for_all_pages():
    one = benchmark(series([1.0] * 3))
    runs = [run(0), run(1, dirty=True, abandoned=True), run(2, sha=f"{2:040x}", environment_key=2)]
    environments = {1: {"a": {"b": "1"}}, 2: {"a": {"b": "2"}}}
    found = orjson.loads(data.runs_file(context(one, runs=runs, environments=environments)))
    assert found["runs"]["c"] == [0, 1, 1]  # the third run measured the second commit again
    assert (found["dirty"], found["abandoned"]) == ([1], [1])
    assert found["env"] == {"2": ["a.b: 1 → 2"]}


def test_a_run_that_is_left_out_keeps_its_place_and_has_no_page():
    runs = [run(0), run(1, left_out="noisy"), run(2)]
    found = orjson.loads(data.runs_file(context(benchmark(series([1.0] * 3)), runs=runs)))
    assert found["runs"]["c"] == [0, -1, 1]
    assert found["runs"]["k"] == [0, -1, 0]
    assert [bool(path) for path in found["runs"]["path"]] == [True, False, True]


def test_a_year_of_three_machines_stays_small():
    import gzip

    rng = np.random.default_rng(0)
    rows = [
        series(rng.normal(0.1, 0.002, 1000), variant=f"runtime={name}") for name in ("a", "b", "c")
    ]
    one = benchmark(*rows)
    size = len(gzip.compress(data.benchmark_file(context(one), one, {})))
    assert size < 22_000  # values with both ends of their intervals; 15 kB without

import gzip
import pickle
import re
from functools import partial
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.read.series import FAILED, MEASURED
from site_gen.pages.benchmark import display_unit
from site_gen.writers import coding, data
from tests.conftest import ROOT
from tests.site_gen.builders import benchmark, change, context, run, series

PAGE = (ROOT / "docs" / "reference" / "site-data.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page_of_code():
    """What the page about these files gives to whoever reads them."""
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    given: dict[str, Any] = {}
    exec(compile(block, "site-data.md", "exec"), given)  # noqa: S102 - it is our own page
    return given


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
    drawn = coding.read(np.cumsum(found["y"]), found["q"]) * factor
    assert np.allclose(drawn, values, rtol=1e-3)
    assert all(isinstance(one, int) for one in found["y"])


@given(st.lists(st.one_of(st.none(), st.integers(-(10**9), 10**9)), max_size=40))
def test_differences_lose_nothing(page_of_code, numbers):
    given = np.array([np.nan if one is None else one for one in numbers], dtype=np.float64)
    assert page_of_code["numbers"](coding.differences(given)) == numbers


def test_the_lines_of_the_documentation_read_a_file(page_of_code, tmp_path):
    rows = [series([1.0, np.nan, 2.5], variant=f"runtime={name}") for name in ("a", "b")]
    one = benchmark(*rows)
    file = tmp_path / "top_k.json"
    file.write_bytes(data.benchmark_file(context(one), one, {}))
    assert list(page_of_code["series"](file)) == [
        ("total_time", "bench", f"runtime={name}", "s", [0, 1, 2], [1.0, None, 2.5])
        for name in ("a", "b")
    ]
    told = orjson.loads(file.read_bytes())
    assert told["runs"] == [[0, 1, 1]], "two series of the same runs share their list"
    keys = set().union(*told["series"]) - {"label", "m", "k", "v", "u", "d"}
    assert [
        key for key in sorted(keys) if f"| `{key}`" not in PAGE and f", `{key}`" not in PAGE
    ] == []


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
    assert np.cumsum(found["runs"]["c"]).tolist() == [
        0,
        1,
        1,
    ]  # the third run measured the second commit again
    assert (found["dirty"], found["abandoned"]) == ([1], [1])
    assert found["env"] == {"2": ["a.b: 1 → 2"]}


def test_a_run_that_is_left_out_keeps_its_place_and_has_no_page():
    runs = [run(0), run(1, left_out="noisy"), run(2)]
    found = orjson.loads(data.runs_file(context(benchmark(series([1.0] * 3)), runs=runs)))
    assert np.cumsum(found["runs"]["c"]).tolist() == [0, -1, 1]
    assert found["runs"]["k"] == [0, -1, 0]
    assert [bool(one) for one in found["runs"]["id"]] == [True, False, True]
    assert found["runs"]["path"] == {}, "the ids say it"


def test_a_year_of_three_machines_stays_small():
    rng = np.random.default_rng(0)
    rows = []
    for name in ("a", "b", "c"):
        values = rng.normal(0.1, 0.002, 1000)
        low, high = rng.uniform(0.0003, 0.001, (2, 1000))
        rows.append(series(values, variant=f"runtime={name}", low=values - low, high=values + high))
    one = benchmark(*rows)
    assert len(gzip.compress(data.benchmark_file(context(one), one, {}))) < 15_000


def test_another_process_makes_the_files_of_a_page_from_what_is_sent_to_it():
    rows = series([1.0, 2.0, 3.0]), series([4.0, 5.0], variant="int8")
    pages = [benchmark(row, path=f"suites/micro/{row.series_id}") for row in rows]
    made = partial(data.files, context(*pages), {})
    sent = pickle.loads(pickle.dumps(made))  # noqa: S301 - it was made a line above
    for page in pages:
        assert sent(page.path) == made(page.path)
        assert [name for name, _ in made(page.path)] == [f"data/series/micro/{page.path[13:]}.json"]

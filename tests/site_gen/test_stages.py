import re

import numpy as np
import pytest

from site_gen.charts.stages import UNATTRIBUTED, stack
from site_gen.pages.breakdown import breakdown
from tests.site_gen.builders import benchmark, series


def test_what_no_part_accounts_for_is_shown():
    found = stack(np.array([10.0, 10.0]), {"a": np.array([4.0, 4.0]), "b": np.array([5.0, 7.0])})
    names = [name for name, _ in found.parts]
    assert names == ["a", "b", UNATTRIBUTED]
    assert found.parts[-1][1].tolist() == [1.0, 0.0]


def test_pictures_of_one_page_have_one_scale_and_name_the_total_they_split():
    rows = [
        series(values, metric=metric, variant=f"runtime={runtime}", series_id=f"{metric} {runtime}")
        for runtime, factor in (("torch", 1.0), ("tract", 4.0))
        for metric, values in (
            ("total_time", [3.0 * factor, 3.1 * factor]),
            ("forward_time", [1.0 * factor, 1.1 * factor]),
            ("dp_time", [2.0 * factor, 2.0 * factor]),
        )
    ]
    small, large = sorted(breakdown(benchmark(*rows), "bench", frozenset()), key=_highest)
    assert (small.title, large.title) == ("tract", "torch")
    assert small.of == large.of == "Total time"
    # Heights count down from the top of the picture: 4 % of room above the largest of the page.
    assert _highest(small) < 50
    assert 1000 - _highest(large) == pytest.approx((1000 - _highest(small)) / 4, abs=10)


def _highest(part):
    places = re.findall(r"[ML](-?\d+) (-?\d+)", part.picture.replace(",", " "))
    return min(int(y) for _, y in places)


def test_sums_of_floats_leave_no_remainder():
    parts = {"a": np.array([0.1]), "b": np.array([0.2])}
    assert stack(np.array([0.30000000000000004]), parts).parts[-1][1].tolist() == [0.0]


def test_a_run_without_a_part_is_not_stacked():
    found = stack(np.array([10.0]), {"a": np.array([np.nan]), "b": np.array([5.0])})
    assert np.isnan(found.whole[0])

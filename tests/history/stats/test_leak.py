import re

import numpy as np
import pytest

from history.stats.leak import LeakVerdict, judge
from tests.conftest import ROOT

MB = 1e6


def test_a_steady_climb_is_a_leak():
    found = judge(np.arange(60) * 0.5 * MB + 1e8)
    assert found.verdict is LeakVerdict.LEAK
    assert found.slope.slope == pytest.approx(0.5 * MB)


def test_noise_without_growth_is_no_leak():
    noise = np.random.default_rng(1).normal(0, 0.05 * MB, 100)
    assert judge(1e8 + noise).verdict is LeakVerdict.NO_LEAK


def test_a_pool_that_fills_and_stops_is_no_leak():
    curve = np.minimum(np.arange(100) * 0.5, 20) * MB
    found = judge(curve)
    assert found.verdict is LeakVerdict.NO_LEAK
    assert found.naive > 0.1 * MB  # the naive formula would have said otherwise


def test_growth_below_the_floor_is_no_leak_however_certain():
    found = judge(np.arange(100) * 0.003 * MB)
    assert found.slope.low > 0
    assert found.verdict is LeakVerdict.NO_LEAK


def test_the_floor_grows_with_the_model():
    climb = np.arange(60) * 0.5 * MB
    assert judge(climb, model_bytes=400 * MB).verdict is LeakVerdict.LEAK
    assert judge(climb, model_bytes=1000 * MB).verdict is LeakVerdict.NO_LEAK


def test_an_interval_over_the_floor_is_undecided():
    noise = np.random.default_rng(2).normal(0, 2 * MB, 30)
    assert judge(1e8 + noise).verdict is LeakVerdict.UNDECIDED


def test_too_few_iterations_decide_nothing():
    assert judge([1.0, 2.0, 3.0]).verdict is LeakVerdict.UNDECIDED
    assert judge([]).slope is None


def test_the_log_of_the_study_is_a_leak_and_the_naive_formula_exaggerates():
    log = ROOT / "../shared/samples/lifecycle/exp1.log"
    if not log.is_file():
        pytest.skip("the log is not here")
    rss = [float(found) * MB for found in re.findall(r"Memory: ([0-9.]+) MB", log.read_text())]
    found = judge(rss[1:])
    assert found.verdict is LeakVerdict.LEAK
    assert found.slope.slope / MB == pytest.approx(41.5, abs=0.05)
    assert (found.slope.low / MB, found.slope.high / MB) == pytest.approx((41.3, 41.9), abs=0.1)
    assert judge(rss).naive / MB == pytest.approx(49.3, abs=0.1)

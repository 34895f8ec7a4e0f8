import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.stats.pooled import pooled
from history.stats.student import student_975
from history.stats.summary import IntervalMethod

items = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30)), min_size=4, max_size=40)


def test_a_rate_is_all_parts_over_all_wholes_and_not_a_mean_of_rates():
    assert pooled([1, 0], [1, 9]).value == 0.1


def test_its_interval_is_students_t_of_the_logarithm_of_the_ratio():
    parts, wholes = np.array([1.0, 2.0, 0.0, 5.0, 1.0]), np.array([10.0, 12.0, 8.0, 15.0, 9.0])
    found = pooled(parts, wholes)
    residuals = parts - found.value * wholes
    error = np.sqrt(residuals.var(ddof=1) * 5) / wholes.sum()  # their mean is zero
    reach = np.exp(student_975(4) * error / found.value)
    assert found.interval.method is IntervalMethod.STUDENT
    assert found.interval.low == pytest.approx(found.value / reach)
    assert found.interval.high == pytest.approx(found.value * reach)


@given(items)
def test_the_rate_lies_in_its_interval_and_scales_with_the_parts(values):
    parts, wholes = np.array(values, dtype=float).T
    one, ten = pooled(parts, wholes), pooled(10 * parts, wholes)
    if one.value:
        assert one.interval.low <= one.value <= one.interval.high
        assert ten.interval.high == pytest.approx(10 * one.interval.high)


@pytest.mark.parametrize("values", [[1, 2, 0], [0, 0, 0, 0, 0]])
def test_three_items_or_nothing_seen_give_no_interval(values):
    interval = pooled(values, [10] * len(values)).interval
    assert interval.method is IntervalMethod.NONE
    assert np.isnan([interval.low, interval.high]).all()


def test_wholes_that_add_up_to_nothing_give_no_rate():
    assert np.isnan(pooled([1.0, 0.0], [0.0, 0.0]).value)


@pytest.mark.parametrize(
    ("parts", "wholes"), [([], []), ([1.0], [1.0, 2.0]), ([-1.0], [1.0]), ([np.nan], [1.0])]
)
def test_what_cannot_be_a_rate_is_refused(parts, wholes):
    with pytest.raises(ValueError, match=r"expected|fit"):
        pooled(parts, wholes)


@pytest.mark.parametrize("count", [4, 10, 30])
@pytest.mark.parametrize(("rate", "shape"), [(0.1, 2.0), (0.3, 3.0)])
def test_it_holds_the_true_rate_93_to_99_times_in_100(count, rate, shape):
    """Errors of utterances of 9 to 17 words whose difficulty varies, as in read speech."""
    draw = np.random.default_rng(count)
    held = seen = 0
    for _ in range(2000):
        words = draw.integers(9, 18, count)
        errors = draw.poisson(rate * words * draw.gamma(shape, 1 / shape, count))
        if not errors.any():
            continue
        interval = pooled(errors, words).interval
        seen += 1
        held += interval.low <= rate <= interval.high
    assert 0.93 <= held / seen <= 0.99

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from history.stats.effect import (
    benjamini_hochberg,
    cliffs_delta,
    geometric_mean,
    mann_whitney,
    paired_ratio,
    ratio_of_medians,
    wilcoxon,
)
from history.stats.summary import IntervalMethod

ticks = st.lists(st.integers(1, 12), min_size=2, max_size=30)


@given(ticks, ticks)
def test_mann_whitney_with_and_without_ties_equals_scipys(a, b):
    ours = mann_whitney(a, b)
    if len({*a, *b}) == 1:
        assert ours.p == 1.0
        return
    theirs = stats.mannwhitneyu(a, b, method="auto")
    assert ours.statistic == theirs.statistic
    assert ours.p == pytest.approx(theirs.pvalue, rel=1e-9)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (2, 5), (5, 5), (8, 8), (8, 50), (50, 3)])
@pytest.mark.parametrize("shift", [0.0, 0.7, 9.0])
def test_mann_whitney_of_few_samples_equals_scipys_exact_test(m, n, shift):
    rng = np.random.default_rng([m, n])
    a, b = rng.normal(0, 1, m), rng.normal(shift, 1, n)
    theirs = stats.mannwhitneyu(a, b, method="exact")
    assert mann_whitney(a, b) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_mann_whitney_of_many_samples_equals_scipys_normal_law():
    a, b = np.random.default_rng(4).normal([[0.0], [0.3]], 1.0, (2, 70))
    theirs = stats.mannwhitneyu(a, b, method="asymptotic")
    assert mann_whitney(a, b) == pytest.approx((theirs.statistic, theirs.pvalue))


@pytest.mark.parametrize("n", [6, 20, 50])
def test_wilcoxon_without_ties_equals_scipys_exact_test(n):
    a, b = np.random.default_rng(n).normal([[0.0], [0.3]], 1.0, (2, n))
    theirs = stats.wilcoxon(b - a, method="exact")
    assert wilcoxon(a, b) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_wilcoxon_with_ties_and_zeros_equals_scipys_normal_law():
    rng = np.random.default_rng(2)
    a, b = rng.integers(1, 9, 60), rng.integers(2, 10, 60)
    theirs = stats.wilcoxon(b - a, method="asymptotic", correction=False)
    assert wilcoxon(a, b) == pytest.approx((theirs.statistic, theirs.pvalue))


def test_equal_pairs_are_no_evidence():
    assert wilcoxon([1, 2, 3], [1, 2, 3]).p == 1.0


def test_benjamini_hochberg_equals_scipys():
    p = np.random.default_rng(3).random(40) ** 3
    np.testing.assert_allclose(benjamini_hochberg(p), stats.false_discovery_control(p))


def test_a_missing_p_value_stays_missing_and_does_not_count():
    found = benjamini_hochberg([0.01, np.nan, 0.04])
    np.testing.assert_allclose(found, [0.02, np.nan, 0.04])
    assert benjamini_hochberg([]).size == 0


@given(ticks, ticks)
def test_cliffs_delta_counts_pairs_and_changes_sign_with_the_sides(a, b):
    pairs = [(x > y) - (x < y) for x in b for y in a]
    assert cliffs_delta(a, b) == pytest.approx(np.mean(pairs))
    assert cliffs_delta(b, a) == -cliffs_delta(a, b)


def test_separated_sides_have_a_cliffs_delta_of_one():
    assert cliffs_delta([1, 2, 3], [4, 5, 6]) == 1.0


def test_a_ratio_of_equal_constants_is_one_with_width_zero():
    ratio = ratio_of_medians([2.0] * 5, [2.0] * 5)
    assert (ratio.value, ratio.interval.low, ratio.interval.high) == (1.0, 1.0, 1.0)
    assert ratio.interval.method is IntervalMethod.CONSTANT


def test_a_ratio_of_single_samples_has_no_interval():
    assert ratio_of_medians([1.0], [2.0]).interval.method is IntervalMethod.NONE
    assert paired_ratio([1.0], [2.0]).interval.method is IntervalMethod.NONE


def test_a_ratio_of_two_or_three_pairs_has_no_interval():
    assert paired_ratio([1.0, 2.0], [2.0, 5.0]).interval.method is IntervalMethod.NONE
    assert paired_ratio([1.0] * 4, [2.0, 2.1, 2.2, 2.3]).interval.method is IntervalMethod.STUDENT


def test_a_ratio_of_times_that_are_not_positive_is_refused():
    with pytest.raises(ValueError, match="positive"):
        ratio_of_medians([0.0, 1.0], [1.0, 1.0])


def test_pairs_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="equal lengths"):
        paired_ratio([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="equal lengths"):
        wilcoxon([1.0], [1.0, 2.0])


def test_what_a_pair_shares_cancels_out():
    rng = np.random.default_rng(5)
    base = rng.lognormal(0, 1.5, 40)
    after = base * 1.1 * rng.lognormal(0, 0.01, 40)
    paired, unpaired = paired_ratio(base, after), ratio_of_medians(base, after)
    assert paired.value == pytest.approx(1.1, rel=0.01)
    widths = [one.interval.high - one.interval.low for one in (paired, unpaired)]
    assert widths[0] < widths[1] / 20


@given(ticks, ticks, st.floats(0.01, 100))
def test_a_ratio_does_not_depend_on_the_unit(a, b, factor):
    plain = ratio_of_medians(a, b)
    scaled = ratio_of_medians(np.asarray(a) * factor, np.asarray(b) * factor)
    assert scaled.value == pytest.approx(plain.value)
    assert scaled.interval.high == pytest.approx(plain.interval.high, nan_ok=True)


def test_the_geometric_mean_of_inverse_ratios_is_one():
    assert geometric_mean([2.0, 0.5, 4.0, 0.25]) == pytest.approx(1.0)


def test_three_samples_on_a_side_do_not_tell_how_well_a_ratio_is_known():
    assert ratio_of_medians([1.0, 2.0, 3.0], range(1, 30)).interval.method is IntervalMethod.NONE


def test_turning_the_sides_round_inverts_the_ratio_and_its_interval():
    a, b = np.random.default_rng(9).lognormal(0, 0.1, (2, 12))
    there, back = ratio_of_medians(a, b), ratio_of_medians(b, a)
    assert there.value == pytest.approx(1 / back.value)
    assert there.interval.low == pytest.approx(1 / back.interval.high)


LAWS = {
    "lognormal": lambda rng, shape: rng.lognormal(0, 0.05, shape),
    "heavy tails": lambda rng, shape: np.exp(0.02 * rng.standard_t(4, shape)),
    "skewed": lambda rng, shape: (1 + 0.05 * rng.exponential(size=shape)) / (1 + 0.05 * np.log(2)),
}


def coverage_of_a_ratio(law, sizes, trials):
    rng = np.random.default_rng(6)
    before, after = (LAWS[law](rng, (trials, size)) for size in sizes)
    found = [ratio_of_medians(a, b * 1.1).interval for a, b in zip(before, after, strict=True)]
    return np.mean([i.low <= 1.1 <= i.high for i in found])


SIZES = [(4, 4), (4, 5), (4, 30), (5, 5), (6, 6), (8, 8), (10, 20), (15, 15), (30, 30)]


@pytest.mark.parametrize("law", LAWS)
def test_95_percent_intervals_of_a_ratio_cover_it_93_to_97_times_in_100_over_all_sizes(law):
    shares = [coverage_of_a_ratio(law, sizes, trials=500) for sizes in SIZES]
    assert 0.93 <= np.mean(shares) <= 0.97


@pytest.mark.nightly
@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("law", LAWS)
def test_95_percent_intervals_of_a_ratio_cover_it_93_to_97_times_in_100(sizes, law):
    assert 0.93 <= coverage_of_a_ratio(law, sizes, trials=3000) <= 0.97


@pytest.mark.parametrize("pairs", [4, 5, 6, 15, 40])
def test_95_percent_intervals_of_paired_ratios_cover_them_93_to_97_times_in_100(pairs):
    rng = np.random.default_rng(pairs)
    before = rng.lognormal(0, 1, (1500, pairs))
    after = before * 1.1 * rng.lognormal(0, 0.03, (1500, pairs))
    found = [paired_ratio(a, b).interval for a, b in zip(before, after, strict=True)]
    assert 0.93 <= np.mean([i.low <= 1.1 <= i.high for i in found]) <= 0.97

import pytest

from history.detect.power import minimum_detectable_change
from tests.history.detect.builders import detect, stepped


@pytest.mark.parametrize(
    ("points_after", "sigma", "percent"),
    [(3, 0.01, 4.3), (3, 0.02, 8.7), (10, 0.02, 3.6), (10, 0.05, 9.2), (20, 0.05, 7.1)],
)
def test_the_smallest_visible_step_follows_from_the_rule(points_after, sigma, percent):
    found = minimum_detectable_change(sigma, 0.0, 40, points_after)
    assert 100 * found == pytest.approx(percent, abs=0.06)


def test_it_is_never_below_the_minimum_effect():
    assert minimum_detectable_change(0.001, 0.0, 40, 40) == pytest.approx(0.02)
    assert minimum_detectable_change(0.001, 0.0, 40, 40, 0.05) == pytest.approx(0.05)


def test_autocorrelation_makes_a_series_blinder():
    plain, correlated = (minimum_detectable_change(0.05, rho, 40, 10) for rho in (0.0, 0.5))
    assert correlated > 1.6 * plain


def test_a_step_twice_as_large_is_found_nearly_always():
    smallest = detect(stepped(by=0.0, sigma=0.03)).minimum_detectable_change
    found = sum(
        any(
            abs(c.index - 90) <= 2
            for c in detect(stepped(at=90, by=2 * smallest, sigma=0.03, seed=seed)).changes
        )
        for seed in range(50)
    )
    assert found >= 47

"""A project's own word on how long its suites are sampled."""

import pytest

from collector import stopping
from collector.suites.interface import Sampling
from history.errors import ConfigError
from tests.collector.toys import Options, Toy


def test_a_project_may_say_when_sampling_stops_and_the_rest_stays_the_suites():
    table = {"speed": 2, "sampling": {"half_width": 0.01, "max_s": 60.0}}
    own, sampling = stopping.split(table, "soundmark.toml: suite[0]")
    assert own == {"speed": 2}
    (case,) = stopping.apply(sampling, Toy().plan(Options(), "quick"), "suite[0]").cases
    assert case.sampling.half_width == 0.01
    assert case.sampling.max_s == 60.0
    assert case.sampling.repeats == 6


def test_nothing_said_changes_nothing():
    own, sampling = stopping.split({}, "soundmark.toml: suite[0]")
    plan = Toy().plan(Options(), "quick")
    assert own == {}
    assert stopping.apply(sampling, plan, "suite[0]") is plan


def test_an_unknown_word_is_named_with_its_place():
    with pytest.raises(ConfigError, match=r'suite\[0\]\.sampling: unknown key "halfwidth"'):
        stopping.split({"sampling": {"halfwidth": 1}}, "soundmark.toml: suite[0]")


def test_iterations_that_build_on_each_other_are_not_spread_over_processes():
    class Bound(Toy):
        sampling = Sampling(sequence=True)

    plan = Bound().plan(Options(), "quick")
    _, sampling = stopping.split({"sampling": {"processes": 3}}, "suite[0]")
    with pytest.raises(ConfigError, match=r"suite\[0\]\.sampling\.processes: an iteration of work"):
        stopping.apply(sampling, plan, "suite[0]")


def test_less_than_one_process_is_refused_with_its_place():
    with pytest.raises(ConfigError, match=r"suite\[0\]\.sampling: processes: expected"):
        stopping.split({"sampling": {"processes": 0}}, "suite[0]")

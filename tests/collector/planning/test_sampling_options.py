"""A project's own word on how long its suites are sampled."""

import pytest

from collector.contract import Sampling
from collector.planning import sampling_options
from history.words.errors import ConfigError
from tests.collector.toys import Options, Toy


def test_a_project_may_say_when_sampling_stops_and_the_rest_stays_the_suites():
    table = {"speed": 2, "sampling": {"half_width": 0.01, "max_s": 60.0}}
    own, sampling = sampling_options.split(table, "soundmark.toml: suite[0]")
    assert own == {"speed": 2}
    (case,) = sampling_options.apply(sampling, Toy().plan(Options(), "quick"), "suite[0]").cases
    assert case.sampling.half_width == 0.01
    assert case.sampling.max_s == 60.0
    assert case.sampling.repeats == 6


def test_nothing_said_changes_nothing():
    own, sampling = sampling_options.split({}, "soundmark.toml: suite[0]")
    plan = Toy().plan(Options(), "quick")
    assert own == {}
    assert sampling_options.apply(sampling, plan, "suite[0]") is plan


def test_an_unknown_word_is_named_with_its_place():
    with pytest.raises(ConfigError, match=r'suite\[0\]\.sampling: unknown key "halfwidth"'):
        sampling_options.split({"sampling": {"halfwidth": 1}}, "soundmark.toml: suite[0]")


def test_iterations_that_build_on_each_other_are_not_spread_over_processes():
    class Bound(Toy):
        sampling = Sampling(sequence=True)

    plan = Bound().plan(Options(), "quick")
    _, sampling = sampling_options.split({"sampling": {"processes": 3}}, "suite[0]")
    with pytest.raises(ConfigError, match=r"suite\[0\]\.sampling\.processes: an iteration of work"):
        sampling_options.apply(sampling, plan, "suite[0]")


def test_less_than_one_process_is_refused_with_its_place():
    with pytest.raises(ConfigError, match=r"suite\[0\]\.sampling: processes: expected"):
        sampling_options.split({"sampling": {"processes": 0}}, "suite[0]")

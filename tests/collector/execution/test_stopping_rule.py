"""When a case goes on and when it stops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.contract import Sampling
from collector.execution.stopping_rule import (
    NOTHING,
    NextRound,
    Reached,
    Stop,
    is_due,
    next_step,
    part,
    unmet_by_all,
)


def reached(samples: int, *, clean: int | None = None, rounds=4, spent_s=1.0, half_width=0.01):
    return Reached(
        samples=samples,
        clean=samples if clean is None else clean,
        rounds=rounds,
        spent_s=spent_s,
        half_width=half_width,
    )


def test_a_narrow_interval_after_enough_samples_ends_the_case():
    assert next_step(Sampling(), reached(10), interleaved=True) == Stop("")


def test_a_narrow_interval_of_too_few_samples_does_not():
    assert isinstance(next_step(Sampling(), reached(9), interleaved=True), NextRound)


def test_preempted_samples_do_not_count_as_enough():
    step = next_step(Sampling(), reached(30, clean=4), interleaved=False)
    assert isinstance(step, NextRound)


def test_when_time_runs_out_the_unmet_condition_is_said_in_figures():
    sampling = Sampling(max_s=30.0)
    step = next_step(sampling, reached(40, spent_s=30.0, half_width=0.041), interleaved=False)
    assert step == Stop("stopped at 30 s, interval ±4.1 % (wanted ±2.0 %)")


def test_too_few_undisturbed_samples_are_said_too():
    sampling = Sampling(max_s=30.0)
    step = next_step(
        sampling, reached(12, clean=3, spent_s=31.0, half_width=None), interleaved=False
    )
    assert isinstance(step, Stop)
    assert "3 undisturbed of 10 wanted" in step.unmet


def test_time_that_others_took_does_not_count_but_is_told():
    sampling = Sampling(max_s=10.0)
    crowded = Reached(samples=5, clean=2, rounds=1, spent_s=8.0, half_width=None, elapsed_s=25.0)
    assert isinstance(next_step(sampling, crowded, interleaved=False), NextRound)
    step = next_step(sampling, crowded._replace(spent_s=10.0), interleaved=False)
    assert isinstance(step, Stop)
    assert step.unmet.startswith("stopped at 25 s")


def test_fixed_repeats_are_spread_over_the_rounds_and_come_out_exact():
    sampling = Sampling(repeats=30, rounds=4)
    taken, rounds = 0, []
    while isinstance(step := next_step(sampling, reached(taken), interleaved=True), NextRound):
        assert step.max_s == 0.0
        rounds.append(step.repeats)
        taken += step.repeats
    assert rounds == [8, 8, 8, 6]
    assert step == Stop("")


def test_the_first_rounds_of_interleaved_variants_share_the_time_evenly():
    step = next_step(Sampling(max_s=12.0, rounds=4), NOTHING, interleaved=True)
    assert step == NextRound(3, 3.0)


def test_a_wide_interval_asks_for_as_many_samples_as_it_lacks():
    step = next_step(Sampling(), reached(40, half_width=0.03), interleaved=False)
    assert isinstance(step, NextRound)
    assert step.repeats == 40, "at most double"
    step = next_step(Sampling(), reached(40, half_width=0.022), interleaved=False)
    assert isinstance(step, NextRound)
    assert step.repeats == 9


@given(
    st.builds(
        Sampling,
        min_repeats=st.integers(1, 20),
        max_repeats=st.integers(20, 300),
        max_s=st.floats(0.5, 60.0),
        half_width=st.floats(0.001, 0.2),
        rounds=st.integers(1, 8),
    ),
    st.booleans(),
    st.floats(0.001, 5.0),
    st.one_of(st.none(), st.floats(0.0, 1.0)),
)
def test_every_case_ends_within_its_limits(sampling, interleaved, each_s, width):
    samples, rounds, spent = 0, 0, 0.0
    for _ in range(1_000):
        step = next_step(
            sampling,
            reached(samples, rounds=rounds, spent_s=spent, half_width=width),
            interleaved=interleaved,
        )
        if isinstance(step, Stop):
            break
        assert step.repeats >= 1
        assert step.max_s > 0
        could = max(1, min(step.repeats, int(step.max_s / each_s) + 1))
        samples, rounds, spent = samples + could, rounds + 1, spent + could * each_s
    else:
        raise AssertionError("it never stopped")
    assert samples <= sampling.max_repeats
    assert spent <= sampling.max_s + each_s * max(1, sampling.rounds) + 1e-6


@given(st.integers(1, 60), st.integers(1, 12))
def test_fixed_repeats_come_out_exact_over_processes_and_none_is_idle(repeats, processes):
    sampling = Sampling(repeats=repeats, processes=processes)
    due = [process for process in range(processes) if is_due(sampling, process)]
    shares = [part(sampling, process).repeats or 0 for process in due]
    assert sum(shares) == repeats
    assert 1 <= min(shares) <= max(shares) <= min(shares) + 1


@given(st.integers(1, 12))
def test_processes_share_the_time_and_the_samples(processes):
    sampling = Sampling(processes=processes, max_s=12.0, min_repeats=10, half_width=0.02)
    own = part(sampling, 0)
    assert own.max_s * processes == pytest.approx(12.0)
    assert own.min_repeats * processes >= 10
    assert own.half_width >= 0.02


def test_one_process_has_everything_to_do():
    sampling = Sampling(repeats=7)
    assert part(sampling, 0) is sampling
    assert not is_due(sampling, 1)


def test_what_processes_did_not_reach_together_is_said():
    sampling = Sampling(processes=5)
    assert unmet_by_all(sampling, reached(50)) == ""
    said = unmet_by_all(sampling, reached(50, half_width=0.034))
    assert said == "stopped after 5 processes, interval ±3.4 % (wanted ±2.0 %)"
    assert unmet_by_all(Sampling(processes=5, repeats=10), reached(10, half_width=0.1)) == ""

"""Our Viterbi against every possible path, and against torchaudio where it loads."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.suites.alignment.torchaudio_backend import states_of
from collector.suites.alignment.viterbi import (
    TooFewFramesError,
    frames_needed,
    labels_of,
    viterbi,
)


def emissions(seed: int, frames: int, size: int) -> np.ndarray:
    shares = np.random.default_rng(seed).dirichlet(np.ones(size), frames)
    return np.log(np.maximum(shares, 1e-30))


def collapse(path, blank: int) -> tuple[int, ...]:
    return tuple(label for label, _ in itertools.groupby(path) if label != blank)


def brute_force(log_probs: np.ndarray, targets: np.ndarray, blank: int) -> float:
    frames, size = log_probs.shape
    wanted = tuple(targets.tolist())
    return max(
        sum(log_probs[t, label] for t, label in enumerate(path))
        for path in itertools.product(range(size), repeat=frames)
        if collapse(path, blank) == wanted
    )


@st.composite
def problems(draw):
    size = draw(st.integers(2, 4))
    blank = draw(st.integers(0, size - 1))
    others = [label for label in range(size) if label != blank]
    targets = np.array(draw(st.lists(st.sampled_from(others), min_size=1, max_size=3)))
    frames = draw(st.integers(frames_needed(targets), 6))
    return emissions(draw(st.integers(0, 2**32 - 1)), frames, size), targets, blank


@given(problems())
@settings(max_examples=150)
def test_no_path_at_all_is_better(problem):
    log_probs, targets, blank = problem
    found = viterbi(log_probs, targets, blank)
    assert found.score == pytest.approx(brute_force(log_probs, targets, blank), abs=1e-12)


@given(problems())
def test_the_path_spells_the_text_and_has_the_score_it_claims(problem):
    log_probs, targets, blank = problem
    found = viterbi(log_probs, targets, blank)
    labels = labels_of(found.states, targets, blank)
    assert collapse(labels.tolist(), blank) == tuple(targets.tolist())
    scores = log_probs[np.arange(len(labels)), labels]
    assert found.score == pytest.approx(scores.sum(), abs=1e-12)


@given(problems(), st.floats(-5, 5))
def test_a_constant_added_to_a_frame_moves_the_score_and_not_the_path(problem, constant):
    log_probs, targets, blank = problem
    found = viterbi(log_probs, targets, blank)
    moved = log_probs.copy()
    moved[0] += constant
    again = viterbi(moved, targets, blank)
    assert again.score == pytest.approx(found.score + constant, abs=1e-9)


def test_states_never_go_back_and_begin_and_end_at_the_ends():
    targets = np.random.default_rng(5).integers(1, 32, 60)
    found = viterbi(emissions(5, 300, 32), targets)
    steps = np.diff(found.states)
    assert found.states[0] in (0, 1)
    assert found.states[-1] in (119, 120)
    assert ((steps >= 0) & (steps <= 2)).all()
    assert set(range(1, 120, 2)) <= set(found.states.tolist())


def test_a_frame_that_excludes_the_blank_is_no_obstacle():
    log_probs = emissions(1, 6, 4)
    log_probs[2, 0] = -np.inf
    targets = np.array([1, 1])
    found = viterbi(log_probs, targets)
    assert np.isfinite(found.score)
    assert labels_of(found.states, targets)[2] == 1


def test_exactly_as_many_frames_as_needed_leaves_no_choice():
    targets = np.array([3, 3, 2])
    found = viterbi(emissions(2, 4, 4), targets)
    assert labels_of(found.states, targets).tolist() == [3, 0, 3, 2]


def test_too_few_frames_say_how_many_are_needed():
    with pytest.raises(TooFewFramesError, match="at least 4 frames for 3 labels, found 3"):
        viterbi(emissions(2, 3, 4), np.array([3, 3, 2]))


def test_an_empty_text_is_refused():
    with pytest.raises(ValueError, match="at least one label"):
        viterbi(emissions(2, 3, 4), np.array([], dtype=np.int64))


@given(problems())
def test_states_come_back_from_labels_alone(problem):
    log_probs, targets, blank = problem
    states = viterbi(log_probs, targets, blank).states
    assert states_of(labels_of(states, targets, blank), blank).tolist() == states.tolist()


# In float32 torchaudio rounds every sum, and two paths of nearly the same score may change places.
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize(("frames", "labels"), [(120, 30), (624, 200), (624, 300)])
def test_every_frame_agrees_with_torchaudio(frames, labels, kind):
    try:
        import torch
        from torchaudio.functional import forced_align
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(f"torchaudio cannot be used here: {error}")
    log_probs = emissions(7, frames, 32).astype(kind)
    targets = np.random.default_rng(7).integers(1, 32, labels)
    path, _ = forced_align(
        torch.from_numpy(log_probs)[None], torch.from_numpy(targets).int()[None], blank=0
    )
    found = viterbi(log_probs, targets)
    assert labels_of(found.states, targets).tolist() == path[0].tolist()

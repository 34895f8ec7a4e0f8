import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.suites.alignment import model
from collector.suites.alignment.viterbi import viterbi
from collector.suites.alignment.words import (
    UnknownCharactersError,
    confidence,
    group,
    targets_of,
    words_of,
)

VOCABULARY = model.vocabulary()
AB = {"<pad>": 0, "A": 1, "B": 2, "|": 3}


def states(text: str) -> np.ndarray:
    """``__AA_B`` with a dot for a blank: the states of frames written as letters in order."""
    found, count, before = [], 0, "."
    for letter in text:
        if letter not in (".", before):
            count += 1
        found.append(2 * count - 1 if letter != "." else 2 * count)
        before = letter
    return np.array(found)


def test_letters_become_labels_with_separators_between_words():
    found = targets_of("ab a", AB, "u1")
    assert found.labels.tolist() == [1, 2, 3, 1]
    assert found.words == ("AB", "A")
    assert found.first.tolist() == [0, 3]
    assert found.last.tolist() == [1, 3]


def test_unknown_characters_are_named_with_their_utterance():
    with pytest.raises(UnknownCharactersError, match=r"1-2-0003: .*no '4' 'É'"):
        targets_of("CAFÉ 44", VOCABULARY, "1-2-0003")


def test_a_text_without_words_is_refused():
    with pytest.raises(UnknownCharactersError, match="at least one word"):
        targets_of("  ", VOCABULARY, "u1")


def test_a_vocabulary_of_small_letters_is_served_in_small_letters():
    assert targets_of("HI", {"h": 5, "i": 6, "|": 4}, "u1").words == ("hi",)


def test_words_last_from_their_first_to_their_last_letter():
    spans = group(states("..A.B.|.A.."), targets_of("AB A", AB, "u1"), expansion=0)
    assert spans.core_start.tolist() == [2, 8]
    assert spans.core_end.tolist() == [5, 9]
    assert spans.start.tolist() == [2, 8]


def test_the_gap_between_words_is_shared_and_the_odd_frame_goes_to_the_later():
    spans = group(states("..A.B.|.A.."), targets_of("AB A", AB, "u1"))
    assert spans.start.tolist() == [0, 6]
    assert spans.end.tolist() == [6, 11]


def test_expansion_reaches_only_so_far():
    spans = group(states("A........|........A"), targets_of("A A", AB, "u1"), expansion=3)
    assert spans.end.tolist() == [4, 19]
    assert spans.start.tolist() == [0, 15]


def test_confidence_is_the_geometric_mean_over_letters_and_ignores_blanks():
    path = states("A..B|A")
    targets = targets_of("AB A", AB, "u1")
    log_probs = np.full((6, 4), np.log(0.01))
    log_probs[0, 1], log_probs[3, 2], log_probs[5, 1] = np.log([0.9, 0.4, 0.5])
    spans = group(path, targets)
    assert confidence(log_probs, path, targets, spans) == pytest.approx([0.6, 0.5])


def test_times_are_frames_times_the_stride():
    targets = targets_of("A", AB, "u1")
    (word,) = words_of(targets, group(states(".A.."), targets), [0.5], 0.02)
    assert word == ("A", 0.0, 0.08, 0.5)


@given(st.lists(st.sampled_from(["AB", "A", "BBA"]), min_size=1, max_size=5), st.integers(0, 99))
def test_words_never_overlap_and_stay_inside_the_audio(texts, seed):
    targets = targets_of(" ".join(texts), AB, "u1")
    rng = np.random.default_rng(seed)
    frames = 2 * len(targets.labels) + int(rng.integers(0, 20))
    log_probs = np.log(rng.dirichlet(np.ones(4), frames))
    path = viterbi(log_probs, targets.labels).states
    spans = group(path, targets)
    assert (spans.start <= spans.core_start).all()
    assert (spans.core_start < spans.core_end).all()
    assert (spans.core_end <= spans.end).all()
    assert (spans.end[:-1] <= spans.start[1:]).all()
    assert spans.start[0] >= 0
    assert spans.end[-1] <= frames
    sure = confidence(log_probs, path, targets, spans)
    assert ((sure > 0) & (sure <= 1)).all()

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from collector.suites.whisper.chunks import CHUNK_S, OVERLAP_S, cut, join, seam

words = st.integers(0, 10_000)


def test_half_a_minute_is_one_piece():
    assert cut(30 * 16_000, 16_000) == ((0, 480_000),)


def test_a_sample_more_makes_a_second_piece_that_overlaps():
    first, second = cut(30 * 16_000 + 1, 16_000)
    assert first.stop - second.start == OVERLAP_S * 16_000
    assert second.stop == 480_001


@given(samples=st.integers(1, 20_000), rate=st.just(10))
def test_every_sample_is_in_a_piece_and_no_piece_is_longer_than_30_s(samples, rate):
    pieces = cut(samples, rate)
    assert pieces[0].start == 0
    assert pieces[-1].stop == samples
    assert all(0 < piece.stop - piece.start <= CHUNK_S * rate for piece in pieces)
    for one, other in pairwise(pieces):
        assert other.start == one.start + (CHUNK_S - OVERLAP_S) * rate
        assert other.stop > one.stop


def test_what_both_pieces_heard_is_said_once():
    text = list(range(100))
    assert join([text[:60], text[50:]], [30, 25]) == tuple(text)


def test_words_that_an_end_cut_off_are_taken_from_the_other_piece():
    # 997 and 998 are what is heard of a word whose middle is the end of the piece.
    first, second = [1, 2, 3, 4, 5, 6, 997], [998, 3, 4, 5, 6, 7, 8]
    assert join([first, second], [12, 12]) == (1, 2, 3, 4, 5, 6, 7, 8)


def test_pieces_that_share_nothing_are_joined_whole():
    assert join([[1, 2, 3], [4, 5, 6]]) == (1, 2, 3, 4, 5, 6)


def test_one_equal_token_may_be_chance():
    assert seam([1, 2, 3], [3, 4, 5]) == (3, 0)


def test_a_phrase_that_comes_again_much_later_is_no_overlap():
    refrain = [7, 8, 9]
    first = [*refrain, *range(100, 120)]
    second = [*range(200, 220), *refrain]
    assert join([first, second]) == (*first, *second)


def test_silence_adds_nothing():
    assert join([[], [1, 2], []]) == (1, 2)


@given(
    text=st.lists(words, unique=True, min_size=8, max_size=60),
    overlap=st.integers(2, 4),
    at=st.floats(0.3, 0.7),
)
def test_any_text_is_recovered_from_overlapping_pieces(text, overlap, at):
    middle = int(len(text) * at)
    assert join([text[: middle + overlap], text[middle:]], [15, 15]) == tuple(text)


@given(st.lists(st.lists(words, max_size=12), max_size=5))
def test_no_token_is_invented(pieces):
    said = [token for piece in pieces for token in piece]
    found = join(pieces)
    assert set(found) <= set(said)
    assert len(found) <= len(said)

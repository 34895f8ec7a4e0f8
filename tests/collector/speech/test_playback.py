from hypothesis import given
from hypothesis import strategies as st

from collector.speech.playback import Playback, simulate

seconds = st.floats(0, 10, allow_nan=False)


def test_chunks_that_come_in_time_are_heard_without_a_gap():
    assert simulate([(0.2, 1.0), (0.9, 1.0), (2.0, 0.5)]) == Playback(0.0, 1.0)


def test_a_late_chunk_is_a_silence_as_long_as_it_is_late():
    found = simulate([(0.0, 1.0), (1.25, 1.0), (2.0, 2.0)])
    assert found == Playback(0.25, 0.75)


def test_silence_delays_all_that_follows():
    # The second is 0.5 s late, so the third has until 2.5 s.
    assert simulate([(0.0, 1.0), (1.5, 1.0), (2.5, 1.0)]).underrun_s == 0.5


def test_no_audio_has_no_gap():
    assert simulate([]) == Playback(0.0, 1.0)


@given(st.lists(st.tuples(seconds, seconds), max_size=8))
def test_the_last_chunk_ends_after_all_audio_and_all_silence(gaps):
    chunks, now = [], 0.0
    for gap, length in gaps:
        now += gap
        chunks.append((now, length))
    found = simulate(chunks)
    assert found.underrun_s >= 0
    assert 0 <= found.continuity <= 1
    if chunks:
        first = chunks[0][0]
        end = first + sum(length for _, length in chunks) + found.underrun_s
        assert end >= max(arrived + length for arrived, length in chunks) - 1e-9

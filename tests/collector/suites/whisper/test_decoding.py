import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.suites.whisper.decoding import Rules, suppressed

VOCAB = 2_048


def choose(generation, liked, made=(), **how):
    """The choice when these tokens are likelier than all others, the first one most."""
    logits = np.zeros(VOCAB, np.float32)
    for place, token in enumerate(liked):
        logits[token] = 100.0 - place
    return Rules(generation, VOCAB, timestamps=how.pop("timestamps", False), **how).choose(
        logits, list(made)
    )


def test_the_likeliest_token_is_chosen(generation):
    assert choose(generation, [300, 301]) == 300


def test_what_the_generation_config_suppresses_is_never_chosen(generation):
    assert choose(generation, [generation.suppress[0], 300]) == 300


def test_some_tokens_are_suppressed_only_at_the_beginning(generation):
    blank = generation.begin_suppress[0]
    assert choose(generation, [blank, 300]) == 300
    assert choose(generation, [blank, 300], made=[301]) == blank


def test_the_end_waits_until_enough_was_said(generation):
    liked = [generation.eos, 300]
    assert choose(generation, liked, made=[301], min_new=2) == 300
    assert choose(generation, liked, made=[301, 302], min_new=2) == generation.eos


def test_random_weights_may_be_kept_from_timestamps(generation):
    liked = [generation.timestamp_begin + 7, 300]
    assert choose(generation, liked, words_only=True) == 300
    assert choose(generation, liked) == liked[0]


class TestTimestamps:
    def test_a_text_begins_with_one_and_not_a_late_one(self, generation):
        begin = generation.timestamp_begin
        late = begin + generation.max_initial_timestamp + 1
        assert choose(generation, [300, late, begin + 3], timestamps=True) == begin + 3

    def test_a_closed_pair_is_followed_by_words(self, generation):
        begin = generation.timestamp_begin
        made = [begin, 300, begin + 50, begin + 50]
        assert choose(generation, [begin + 60, 301], made=made, timestamps=True) == 301

    def test_an_open_end_is_followed_by_another_timestamp(self, generation):
        begin = generation.timestamp_begin
        made = [begin, 300, begin + 50]
        assert choose(generation, [301, begin + 50], made=made, timestamps=True) == begin + 50

    def test_time_never_goes_back(self, generation):
        begin = generation.timestamp_begin
        made = [begin, 300, begin + 50, begin + 50, 301]
        liked = [begin + 49, begin + 50, begin + 51]
        assert choose(generation, liked, made=made, timestamps=True) == begin + 51

    def test_many_likely_timestamps_win_over_one_likelier_word(self, generation):
        logits = np.full(VOCAB, -20.0, np.float32)
        logits[300] = 1.0
        logits[generation.timestamp_begin + 10 :] = 0.0
        rules = Rules(generation, VOCAB, timestamps=True)
        assert rules.choose(logits, [generation.timestamp_begin, 301]) >= generation.timestamp_begin


@given(
    made=st.lists(st.integers(0, VOCAB - 1), max_size=6),
    seed=st.integers(0, 2**16),
    timestamps=st.booleans(),
)
def test_the_choice_is_the_one_of_transformers_own_processors(generation, made, seed, timestamps):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from transformers.generation.logits_process import (
        SuppressTokensAtBeginLogitsProcessor,
        SuppressTokensLogitsProcessor,
        WhisperTimeStampLogitsProcessor,
    )

    logits = np.random.default_rng(seed).normal(0, 4, VOCAB).astype(np.float32)
    config = transformers.GenerationConfig(
        eos_token_id=generation.eos,
        no_timestamps_token_id=generation.no_timestamps,
        max_initial_timestamp_index=generation.max_initial_timestamp,
    )
    processors = [
        SuppressTokensAtBeginLogitsProcessor(list(generation.begin_suppress), 1),
        SuppressTokensLogitsProcessor(list(suppressed(generation, VOCAB, words_only=False))),
    ]
    if timestamps:
        processors.append(WhisperTimeStampLogitsProcessor(config, begin_index=1))
    scores = torch.from_numpy(logits.copy())[None]
    ids = torch.tensor([[generation.start, *made]])
    for process in processors:
        scores = process(ids, scores)
    rules = Rules(generation, VOCAB, timestamps=timestamps)
    assert rules.choose(logits, made) == int(scores[0].argmax())


def test_the_generation_config_is_read_as_transformers_writes_it(generation):
    again = msgspec.structs.asdict(generation)
    assert again["languages"]["en"] < again["tasks"]["transcribe"] < again["no_timestamps"]

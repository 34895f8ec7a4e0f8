import re

import msgspec
import pytest

from collector.suites.whisper import model, vocabulary
from collector.suites.whisper.text import Detokenizer
from history.words.errors import BrokenDataError

pytest.importorskip("tokenizers")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    found = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    vocabulary.write("micro", found)
    return found


def test_the_vocabulary_has_exactly_the_models_size():
    for size in model.SIZES:
        special = model.special_tokens(size)
        assert len(vocabulary.entries(size)) + len(special) == model.SIZES[size]["vocab_size"]
        assert list(special.values()) == sorted(special.values())


def test_words_are_all_different():
    assert len(set(vocabulary.words(50_000))) == 50_000


def test_tokens_become_readable_words(path, generation):
    text = Detokenizer(path, generation, 2_048).decode([300, 301, generation.eos])
    assert re.fullmatch(r"( [a-z]{4}){2}", text)


def test_timestamps_are_written_only_when_asked_for(path, generation):
    begin = generation.timestamp_begin
    tokens = [begin, 300, begin + 60, begin + 60, 301, begin + 1_500]
    detokenizer = Detokenizer(path, generation, 2_048)
    assert "<|" not in detokenizer.decode(tokens)
    assert re.fullmatch(
        r"<\|0\.00\|> \w+<\|1\.20\|><\|1\.20\|> \w+<\|30\.00\|>",
        detokenizer.decode(tokens, timestamps=True),
    )


def test_timestamps_of_a_later_piece_count_from_the_start_of_the_file(path, generation):
    detokenizer = Detokenizer(path, generation, 2_048)
    tokens = detokenizer.moved([generation.timestamp_begin + 50, 300], 25.0)
    assert detokenizer.decode(tokens, timestamps=True).startswith("<|26.00|> ")


def test_a_tokenizer_of_another_model_is_refused(path, generation):
    other = msgspec.structs.replace(generation, no_timestamps=generation.no_timestamps - 1)
    with pytest.raises(BrokenDataError, match=r"tokenizer.json does not fit.*<\|notimestamps\|>"):
        Detokenizer(path, other, 2_048)


def test_a_tokenizer_with_more_tokens_than_the_model_is_refused(path, generation):
    with pytest.raises(BrokenDataError, match="it has 2048 tokens, the model 1000"):
        Detokenizer(path, generation, 1_000)


def test_a_file_that_is_no_tokenizer_is_named(tmp_path, generation):
    bad = tmp_path / "tokenizer.json"
    bad.write_text("{}")
    with pytest.raises(BrokenDataError, match=r"tokenizer.json: expected a tokenizer"):
        Detokenizer(bad, generation, 2_048)

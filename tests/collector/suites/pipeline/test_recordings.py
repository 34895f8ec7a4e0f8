"""Recordings as a recogniser takes them, and those that it cannot take."""

import numpy as np
import pytest

from collector.speech import audio, weights
from collector.suites.pipeline import recordings
from collector.suites.pipeline.recordings import Dataset
from collector.suites.pipeline.sentences import Sentence
from history.words.errors import BrokenDataError

pytest.importorskip("soundfile")


@pytest.fixture
def tone(tmp_path):
    audio.save(tmp_path / "01.wav", 0.5 * np.ones(1_600, np.float32))
    return tmp_path / "01.wav"


def dataset(folder, *sentences):
    return Dataset(label="x", folder=folder, sentences=sentences)


def test_samples_are_whole_numbers_of_16_bits_and_their_length_is_told(tone):
    found = recordings.load(dataset(tone.parent, Sentence(id="01", file=tone.name)))
    (one,) = found.usable
    assert str(one.pcm.dtype) == "int16"
    assert set(one.pcm.tolist()) == {16_384}
    assert (one.id, one.position, one.seconds) == ("01", 0, 0.1)


def test_a_file_that_was_replaced_since_it_was_made_is_left_out_and_the_others_stay(tone):
    kept = Sentence(id="01", file=tone.name, sha256=weights.files_sha256(tone))
    replaced = Sentence(id="02", file=tone.name, sha256="0" * 64)
    unspoken = Sentence(id="03", problem="there is nothing to say in it.")
    found = recordings.load(dataset(tone.parent, kept, replaced, unspoken))
    assert [one.id for one in found.usable] == ["01"]
    assert found.problems == {
        "02": "01.wav: the file is not the one that was made.",
        "03": "03: there is nothing to say in it.",
    }
    assert recordings.load(dataset(tone.parent, kept, replaced, unspoken), limit=1).problems == {}


def test_nothing_usable_is_an_error_with_the_first_reason(tmp_path):
    with pytest.raises(BrokenDataError, match=r"no recording can be used; the first: gone\.wav"):
        recordings.load(dataset(tmp_path, Sentence(id="01", file="gone.wav")))

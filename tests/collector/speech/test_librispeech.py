"""Utterances in the layout of LibriSpeech."""

import pytest

from collector.speech import librispeech
from history.words.errors import UsageError


def test_flac_and_wav_are_found_in_any_depth_in_order_of_id(tmp_path):
    for name in ("test-clean/9/1/9-1-0000.flac", "test-other/7-2-0001.wav"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    librispeech.write(tmp_path / "test-clean", "9-1", {"9-1-0000": "HELLO THERE"})
    (tmp_path / "test-other" / "7-2.trans.txt").write_text("7-2-0001 OTHER TEXT\n")
    found = librispeech.find(tmp_path)
    assert [one.id for one in found] == ["7-2-0001", "9-1-0000"]
    assert [one.path.suffix for one in found] == [".wav", ".flac"]
    (only,) = librispeech.find(tmp_path, subsets=("test-clean",))
    assert only.text == "HELLO THERE"


def test_a_missing_subset_names_those_that_are_there(tmp_path):
    (tmp_path / "dev-clean").mkdir()
    with pytest.raises(UsageError, match=r'"test-clean" is not in .* Found: dev-clean'):
        librispeech.find(tmp_path, subsets=("test-clean",))


def test_a_folder_without_transcripts_shows_the_layout(tmp_path):
    with pytest.raises(UsageError, match=r"<speaker>-<chapter>\.trans\.txt"):
        librispeech.find(tmp_path)


def test_a_missing_folder_is_named_without_its_path(tmp_path):
    with pytest.raises(UsageError, match="found nothing at nowhere/") as caught:
        librispeech.find(tmp_path / "nowhere")
    assert str(tmp_path) not in str(caught.value)

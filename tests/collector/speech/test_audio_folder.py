"""Audio files below a folder, and the texts beside them."""

import pytest

from collector.speech import audio_folder, librispeech
from history.words.errors import UsageError


def test_files_come_in_order_of_name_with_the_text_beside_them(tmp_path):
    for name in ("b/one.WAV", "a.mp3", "c.flac", "notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a.txt").write_text(" Said here.\n")
    found = audio_folder.find(tmp_path)
    assert [(one.id, one.text) for one in found] == [
        ("a.mp3", "Said here."), ("b/one.WAV", ""), ("c.flac", ""),
    ]  # fmt: skip
    assert audio_folder.find(tmp_path, 2) == found[:2]


def test_transcripts_of_librispeech_are_texts_too_and_a_text_beside_the_file_goes_before_them(
    tmp_path,
):
    librispeech.write(tmp_path, "9-1", {"9-1-0000": "LISTED", "9-1-0001": "LISTED TOO"})
    for name in ("9-1-0000", "9-1-0001"):
        (tmp_path / "9" / "1" / f"{name}.flac").touch()
    (tmp_path / "9" / "1" / "9-1-0001.txt").write_text("Beside")
    assert [one.text for one in audio_folder.find(tmp_path)] == ["LISTED", "Beside"]


def test_a_folder_that_is_missing_or_holds_no_audio_is_named(tmp_path):
    with pytest.raises(UsageError, match='found nothing called "nowhere"'):
        audio_folder.find(tmp_path / "nowhere")
    (tmp_path / "notes.txt").touch()
    with pytest.raises(UsageError, match="holds no audio"):
        audio_folder.find(tmp_path)

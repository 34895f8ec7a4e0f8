"""An option that names something absent is refused before anything is measured."""

import pytest

from collector.planning import tables
from history.words.errors import UsageError


def listed(folder, suite, **table):
    return tables.work_list(
        [(suite, table, "soundmark.toml: suite[0]")], (), "quick", folder=folder
    )


@pytest.mark.parametrize(
    ("suite", "option"),
    [
        ("alignment", "model_dir"),
        ("alignment", "dataset_root"),
        ("golden", "onnx_dir"),
        ("golden", "audio"),
        ("golden", "trace"),
        ("tts", "model_dir"),
        ("whisper", "onnx_dir"),
        ("whisper", "model_dir"),
        ("whisper", "audio_dir"),
    ],
)
def test_a_place_that_is_not_there_is_refused_by_every_suite(tmp_path, suite, option):
    with pytest.raises(UsageError) as refused:
        listed(tmp_path, suite, **{option: "openai/whisper-tiny"})
    assert f"{option}: expected a file or folder" in str(refused.value)
    assert '"openai/whisper-tiny"' in str(refused.value)
    assert "Nothing is downloaded" in str(refused.value)


def test_a_place_starts_from_the_folder_of_the_configuration(tmp_path):
    (tmp_path / "clips").mkdir()
    with pytest.raises(UsageError, match="expected a file or folder"):
        listed(tmp_path.parent, "whisper", audio_dir="clips")


def test_a_folder_that_holds_no_model_is_refused(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(UsageError, match=r"mine/ has no config\.json"):
        listed(tmp_path, "whisper", model_dir="mine")

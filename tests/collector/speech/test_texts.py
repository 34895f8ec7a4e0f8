"""A user's sentences, one a line."""

import re

import pytest

from collector.speech import texts
from history.words.errors import UsageError


def test_lines_are_sentences_without_empty_ones_and_spaces_that_mean_nothing(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("\ufeffGood  morning.\n\n\tGood night. \n", encoding="utf-8")
    found, dataset = texts.read(path, "texts")
    assert found == {"01": "Good morning.", "02": "Good night."}
    assert re.fullmatch(r"mine-[0-9a-f]{8}", dataset)


def test_another_sentence_is_another_data_set_and_another_spacing_is_not(tmp_path):
    path = tmp_path / "mine.txt"
    names = []
    for content in ("One.\nTwo.\n", "One. \n\nTwo.", "One.\nThree.\n"):
        path.write_text(content)
        names.append(texts.read(path, "texts")[1])
    assert names[0] == names[1] != names[2]


def test_names_are_as_wide_as_the_last_number():
    assert list(texts.named(["a"])) == ["01"]
    assert list(texts.named(["a"] * 100))[::99] == ["001", "100"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "there is no file lines.txt"),
        (b"", "lines.txt holds no sentence"),
        (b" \n\t\n", "lines.txt holds no sentence"),
        (b"caf\xe9\n", "lines.txt is not UTF-8"),
        (b"Hello.\n" + b"x" * 2001, "lines.txt:2: expected at most 2000 characters, found 2001"),
    ],
)
def test_a_file_that_cannot_be_is_named_with_its_option(tmp_path, content, reason):
    path = tmp_path / "lines.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=re.escape(f"suite x: texts: {reason}")):
        texts.read(path, "suite x: texts")

"""Records stand in an array, alone, or one a line."""

import pytest

from history.formats import json_lines
from history.words.errors import ImportRefusedError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[{"a": 1}, 2]', [{"a": 1}, 2]),
        ('{\n"a": 1\n}', [{"a": 1}]),
        ('{"a": 1}\n\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ('{"a": 1}\n{ cut', [{"a": 1}, "{ cut"]),
    ],
)
def test_every_record_of_the_text_is_found(text, found):
    assert json_lines.records(text, "a.json") == found


def test_a_single_line_that_is_no_json_is_refused_with_the_name_of_the_file():
    with pytest.raises(ImportRefusedError, match=r"^a\.json: expected JSON"):
        json_lines.records('{"a": 1', "a.json")

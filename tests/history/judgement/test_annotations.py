"""The optimisation history is read strictly."""

from datetime import date

import pytest

from history import annotations
from history.errors import ConfigError
from tests.history.judgement.builders import config

GOOD = """
[[annotation]]
date = 2025-12-15
text = "SIMD attention"
link = "https://example.org/pull/1"
scope = "golden.*"
"""


def test_a_project_without_notes_has_none(tmp_path):
    assert annotations.load(config(tmp_path)) == ()


def test_notes_are_read_from_the_file_of_the_configuration(tmp_path):
    (tmp_path / "annotations.toml").write_text(GOOD)
    (note,) = annotations.load(config(tmp_path))
    assert (note.date, note.text) == (date(2025, 12, 15), "SIMD attention")
    assert annotations.about(note, "golden.pipeline")
    assert not annotations.about(note, "micro.top_k[k=50]")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("date = 2025-12-15", "", "annotation[0]: expected either `commit` or `date`"),
        ("date =", 'commit = "c1"\ndate =', "annotation[0]: expected either `commit` or `date`"),
        ('"SIMD attention"', '""', "annotation[0].text: expected a note"),
        ("scope", "scpe", 'annotation[0]: unknown key "scpe". Did you mean "scope"?'),
        ("https://example.org", "javascript:alert", "annotation[0].link: expected a web address"),
        ("2025-12-15", '"yesterday"', "annotation[0].date: "),
    ],
)
def test_a_mistake_is_named_with_file_and_place(old, new, message):
    with pytest.raises(ConfigError) as raised:
        annotations.parse(GOOD.replace(old, new), "annotations.toml")
    assert message in str(raised.value)

"""The optimisation history is read strictly."""

from datetime import date

import pytest

from history.project import annotations, triage
from history.project.annotations import Annotation
from history.words.errors import ConfigError
from tests.history.judge.builders import config, trend, trends

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


def test_the_kind_of_a_note_stands_before_its_text():
    note = Annotation(text="one batch", kind="planned")
    assert note.shown == "planned: one batch"
    assert Annotation(text="one batch").shown == "one batch"


def test_a_note_that_stands_on_no_trend_is_named():
    history = trends(trend([1.0, 1.0]))
    notes = annotations.parse(
        '[[annotation]]\ncommit = "c0001"\ntext = "drawn"\n'
        '[[annotation]]\ncommit = "abcdef"\ntext = "unknown"\n'
        '[[annotation]]\ndate = 2026-01-01\ntext = "about nothing"\nscope = "micro.*"\n',
        "annotations.toml",
    )
    assert annotations.undrawn(notes, history) == [
        'nothing was measured at commit "abcdef"',
        'no benchmark fits the scope "micro.*"',
    ]


@pytest.mark.parametrize("about", ["triage", "annotations"])
def test_a_file_that_the_configuration_names_must_be_there_and_be_text(tmp_path, about):
    load = {"triage": triage.load, "annotations": annotations.load}[about]
    with pytest.raises(ConfigError, match=r"mine\.toml: cannot be read: No such file"):
        load(config(tmp_path, **{about: "mine.toml"}))
    (tmp_path / "mine.toml").write_bytes(b"# fine\n# \xff\n")
    with pytest.raises(ConfigError, match=r"expected text in UTF-8, found the byte 0xff in line 2"):
        load(config(tmp_path, **{about: "mine.toml"}))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("date = 2025-12-15", "", "annotation[0]: expected either `commit` or `date`"),
        ("date =", 'commit = "c1"\ndate =', "annotation[0]: expected either `commit` or `date`"),
        ('"SIMD attention"', '""', "annotation[0].text: expected a note"),
        ("text =", "txt =", 'annotation[0]: unknown key "txt". Did you mean "text"?'),
        ("scope", "scpe", 'annotation[0]: unknown key "scpe". Did you mean "scope"?'),
        ("https://example.org", "javascript:alert", "annotation[0].link: expected a web address"),
        ("2025-12-15", '"yesterday"', "annotation[0].date: "),
    ],
)
def test_a_mistake_is_named_with_file_and_place(old, new, message):
    with pytest.raises(ConfigError) as raised:
        annotations.parse(GOOD.replace(old, new), "annotations.toml")
    assert message in str(raised.value)

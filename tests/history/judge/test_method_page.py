"""The page about judgement says what the code does."""

import tomllib

from history.judge.verdict import Word
from history.project import annotations, triage
from tests.history.judge import worked


def test_the_tables_of_the_page_are_made_by_the_code():
    text = worked.PAGE.read_text(encoding="utf-8")
    assert text == worked.refreshed(text), (
        "python -m tests.history.judge.worked rewrites them; then read git diff"
    )


def test_every_table_has_its_place():
    text = worked.PAGE.read_text(encoding="utf-8")
    assert {found["name"] for found in worked.BLOCK.finditer(text)} == set(worked.BLOCKS)


def test_every_verdict_is_explained():
    text = worked.PAGE.read_text(encoding="utf-8")
    assert [word for word in Word if f"\n| {word} |" not in text] == []


def test_the_examples_of_the_page_are_valid():
    text = worked.PAGE.read_text(encoding="utf-8")
    examples = [block.split("```")[0] for block in text.split("```toml\n")[1:]]
    assert [len(tomllib.loads(example)) for example in examples] == [1, 1]
    assert len(triage.parse(examples[0], "triage.toml")) == 4
    assert len(annotations.parse(examples[1], "annotations.toml")) == 1

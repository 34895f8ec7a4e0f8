"""Texts and names come back from SQL as they were put in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.sql import quoted
from history.store import memory

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@pytest.fixture(scope="module")
def connection():
    with memory.connected() as made:
        yield made


@given(text=TEXTS)
def test_a_text_is_a_literal(connection, text):
    assert connection.execute(f"select {quoted.text(text)}").fetchall() == [(text,)]


@given(name=TEXTS.filter(bool))
def test_a_name_is_an_identifier(connection, name):
    described = connection.execute(f"select 1 as {quoted.name(name)}").description
    assert [column[0] for column in described] == [name]


def test_a_path_is_a_text():
    assert quoted.text(Path("it's/here")) == "'it''s/here'"

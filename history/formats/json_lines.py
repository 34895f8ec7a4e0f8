"""Read JSON that stands as one array, as one object, or as an object on each line."""

from __future__ import annotations

import json

from history.formats import fields
from history.words.errors import ImportRefusedError


def records(text: str, name: str) -> list[object]:
    """Every record of the text; a line that is no JSON stays the text it is.

    Raises ImportRefusedError where it is neither JSON nor several lines of it.
    """
    try:
        data = fields.load_json(text, name)
    except ImportRefusedError:
        lines = [one for one in text.split("\n") if one.strip()]
        if len(lines) <= 1:
            raise
        return [line(one, name) for one in lines]
    return data if isinstance(data, list) else [data]


def line(text: str, name: str) -> object:
    """What a line holds; of one that is no JSON the text, to be refused as a row."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    found: object = fields.load_json(text, name)
    return found

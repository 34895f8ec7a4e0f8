"""Messages that docs/how-to/troubleshooting.md explains are messages of the program."""

import ast
import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "how-to" / "troubleshooting.md").read_text(encoding="utf-8")
MESSAGES = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
ROOMS = ("collector", "history", "site_gen", "soundmark")


def text_of(node: ast.JoinedStr) -> str:
    """What an f-string says, with … for each value."""
    return "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)


@pytest.fixture(scope="module")
def said():
    """Every text in the program, one a line."""
    found = []
    for path in (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.append(text_of(node))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


@pytest.mark.parametrize("message", MESSAGES)
def test_the_program_says_so(message, said):
    assert re.search(".*".join(map(re.escape, message.split("…"))), said), message


def test_the_page_has_messages_of_every_kind():
    assert len(MESSAGES) >= 20

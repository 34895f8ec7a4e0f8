"""A file answers one question, a function does one thing: both stay small enough to be read whole.

What is aimed at is 350 lines and 50. These fences stand where what has grown is past review.
"""

import ast
import subprocess

import pytest

from tests.conftest import ROOT

MOST_OF_A_FILE = 450
MOST_OF_A_FUNCTION = 100


@pytest.fixture(scope="module")
def sources():
    """Text of every Python file that git knows."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("no checkout: files cannot be told from what lies beside them")
    names = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names}


def test_no_file_is_too_long_to_be_read_whole(sources):
    lengths = {name: len(text.splitlines()) for name, text in sources.items()}
    assert {name: n for name, n in lengths.items() if n > MOST_OF_A_FILE} == {}


def test_no_function_is_too_long_to_be_seen_at_once(sources):
    long = {
        f"{name}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for name, text in sources.items()
        if not name.startswith("tests/")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno - node.lineno >= MOST_OF_A_FUNCTION
    }
    assert long == {}

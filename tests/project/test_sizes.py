"""A file answers one question, a function does one thing: both can be read whole."""

import ast
import subprocess
from typing import NamedTuple

import pytest

from tests.conftest import ROOT
from tests.scheduling import LONGEST, TOGETHER

MOST_OF_A_FILE = 350
MOST_OF_A_FUNCTION = 50

MOST_OF_A_TEST = 400
"""Lines of a file of tests, which is a list of cases."""
MOST_OF_A_TEMPLATE_LINE = 160

CHECKS = frozenset(
    {"assert", "golden", "raises", "warns", "fail", "assert_array_equal", "assert_allclose"}
)
"""Names of what fails by itself when it is called."""


class Function(NamedTuple):
    """Of a file, wherever in it."""

    name: str
    lines: int
    called: frozenset[str]
    """What a function of the tests calls."""


class Source(NamedTuple):
    """A file."""

    lines: int
    functions: tuple[Function, ...]


@pytest.fixture(scope="module")
def sources():
    """Every Python file that git knows, by its name."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("no checkout: files cannot be told from what lies beside them")
    names = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return {name: _read(name, (ROOT / name).read_text(encoding="utf-8")) for name in names}


def _read(name, text):
    is_test = name.startswith("tests/")
    functions = (
        Function(
            node.name,
            node.end_lineno - node.lineno + 1,
            frozenset(_called(node)) if is_test else frozenset(),
        )
        for node in _statements(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return Source(len(text.splitlines()), tuple(functions))


def _statements(node):
    """All below a node, without looking into expressions."""
    for field in ("body", "orelse", "finalbody", "handlers", "cases"):
        for one in getattr(node, field, ()):
            yield one
            yield from _statements(one)


def test_a_file_can_be_read_whole(sources):
    long = {
        name: source.lines
        for name, source in sources.items()
        if source.lines > (MOST_OF_A_TEST if name.startswith("tests/") else MOST_OF_A_FILE)
    }
    assert long == {}


def test_a_function_can_be_seen_at_once(sources):
    long = {
        f"{name.rpartition('/')[0]} {function.name}": function.lines
        for name, source in sources.items()
        if not name.startswith("tests/")
        for function in source.functions
        if function.lines > MOST_OF_A_FUNCTION
    }
    assert long == {}


def test_lines_of_templates_can_be_seen_at_once():
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in ("site_gen", "history")
        for path in (ROOT / room).rglob("*.html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MOST_OF_A_TEMPLATE_LINE
    ]
    assert long == []


def test_every_test_asserts_something(sources):
    """Itself, or by a helper of the tests that does."""
    called = {
        (name, function.name): function.called
        for name, source in sources.items()
        if name.startswith("tests/")
        for function in source.functions
    }
    checks = CHECKS
    for _ in range(3):  # a helper may leave it to another one
        checks |= {function for (_, function), names in called.items() if names & checks}
    silent = [
        f"{name} {function}"
        for (name, function), names in called.items()
        if "/test_" in name and function.startswith("test_") and not names & checks
    ]
    assert silent == []


def _called(function):
    """Names of what a function calls; `assert` counts as one."""
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            names.add("assert")
        elif isinstance(node, ast.Call):
            names.add(getattr(node.func, "attr", getattr(node.func, "id", "")))
    return names


def test_the_files_that_are_begun_first_are_there():
    together = [place for places in TOGETHER.values() for place in places]
    named = [*(f"tests/{name}" for name in LONGEST), *together]
    assert [name for name in named if not (ROOT / name).exists()] == []

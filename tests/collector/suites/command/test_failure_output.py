"""The line in which a program says why it failed."""

from __future__ import annotations

import pytest

from collector.suites.command.failure_output import reason

PYTEST = """
>   raise ValueError
E   ValueError: gone
FAILED a.py::b - ValueError
FAILED a.py::c - OSError
2 failed
"""


@pytest.mark.parametrize(
    ("stderr", "stdout", "said"),
    [
        ("", "", ""),
        ("", "hello\nbye\n", "its last line: bye"),
        ("warming up\n", "hello\n", "its last line: warming up"),
        ("Traceback:\n  x()\nValueError: no\ncleaned up\n", "", "its first error: ValueError: no"),
        ("error[E042]: no x\nerror: failed\n", "", "its first error: error[E042]: no x"),
        ("word error rate 0.1\n", "0 errors\nbye\n", "its last line: word error rate 0.1"),
        ("0 errors\n", "main panicked at a.rs\nnote\n", "its first error: main panicked at a.rs"),
        ("", PYTEST, "its first error: ValueError: gone (a.py::b and 1 more)"),
    ],
)
def test_the_first_error_is_told_else_the_last_line(tmp_path, stderr, stdout, said):
    for name, text in (("stderr", stderr), ("stdout", stdout)):
        (tmp_path / name).write_text(text)
    assert reason([tmp_path / "stderr", tmp_path / "stdout"]) == said

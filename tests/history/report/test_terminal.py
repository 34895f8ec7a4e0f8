"""A table on a terminal fits its width and has colours; elsewhere it is plain."""

import io

from rich.console import Console

from history.report.terminal import show

ROWS = [{"status": "fail", "benchmark": "micro.top_k[k=50]", "why": "because " * 12}]
COLUMNS = ("status", "benchmark", "why")


def shown(rows, **options):
    out = io.StringIO()
    console = Console(file=out, width=50, force_terminal=True, color_system="standard", **options)
    show(rows, COLUMNS, "text", console=console)
    return out.getvalue()


def test_a_table_fits_the_terminal_and_keeps_brackets():
    out = io.StringIO()
    show(ROWS, COLUMNS, "text", console=Console(file=out, width=60))
    assert max(len(line) for line in out.getvalue().splitlines()) <= 60
    assert "top_k[k=50]" in out.getvalue().replace("\n", "")


def test_a_failure_is_a_word_and_a_colour():
    assert "\x1b[1;31mfail" in shown(ROWS)


def test_a_name_cannot_act_on_the_terminal():
    assert "\x1b]0;" not in shown([ROWS[0] | {"benchmark": "\x1b]0;owned\x07"}])


def test_without_a_terminal_rows_are_plain(capsys):
    show(ROWS, COLUMNS, "text")
    assert capsys.readouterr().out.startswith("status  benchmark")


def test_programs_get_what_they_asked_for_on_a_terminal_too(capsys):
    show(ROWS, COLUMNS, "csv", console=Console())
    assert capsys.readouterr().out.startswith("status,benchmark,why")


def test_nothing_is_said_in_words(capsys):
    show([], COLUMNS, "text", empty="Nothing at all.")
    assert capsys.readouterr().out == "Nothing at all.\n"

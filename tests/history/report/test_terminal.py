"""A table on a terminal fits its width and has colours; elsewhere it is plain."""

import io

import pytest
from rich.console import Console

from history.report.terminal import folded, show

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


@pytest.mark.parametrize("width", [80, 60])
def test_long_lines_are_broken_between_words_and_no_name_is(width):
    text = (
        "Suites:\n  lifecycle: can run, 2 benchmarks skipped\n    Library not found: libchatllm.so."
        " Build it in chatllm.cpp with `cmake -B build && cmake --build build`, then set"
        f" chatllm.library.\n  {'long/' * 20}name"
    )
    lines = folded(text, width).split("\n")
    assert lines[:2] == text.split("\n")[:2]
    assert max(len(line) for line in lines[:-1]) <= width
    assert lines[3].startswith("        ")
    assert lines[-1] == text.rsplit("\n", maxsplit=1)[-1]
    assert " ".join(" ".join(lines).split()) == " ".join(text.split())


def test_lines_stay_whole_without_a_terminal():
    assert folded("word " * 40) == "word " * 40


def test_an_event_is_named_beside_its_status_on_a_narrow_terminal():
    row = {"status": "suspect", "event": "9404c7a9a590", "worst": "micro.mel", "commits": "x" * 60}
    out = io.StringIO()
    show([row], tuple(row), "text", console=Console(file=out, width=60))
    assert out.getvalue().splitlines()[0].rstrip() == "suspect  9404c7a9a590"


@pytest.mark.parametrize("width", [80, 60, 40])
def test_on_a_narrow_terminal_a_row_keeps_the_name_of_what_it_speaks_of(width):
    name = "pipeline.recognise[audio=conversation,threads=2] onnxruntime cpu on build-machine"
    row = {"status": "regression", "benchmark": name, "metric": "end_to_end_time", "change":
           "+24.9 % (21.3 to 28.1)", "from": "1.05 s", "to": "1.31 s", "commits":
           "0a1b2c3d4..1a2b3c4d5", "why": "onnxruntime 1.30 to 1.31"}  # fmt: skip
    out = io.StringIO()
    show([row, row | {"from": ""}], tuple(row), "text", console=Console(file=out, width=width))
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert all(line.strip() for line in lines)
    packed = "".join("".join(lines).split())
    assert packed.count("".join(name.split())) == 2
    assert all("".join(cell.split()) in packed for cell in row.values())

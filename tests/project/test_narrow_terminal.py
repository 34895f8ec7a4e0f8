"""What commands print on a terminal of 80 and of 60 columns: whole names, and no line cut by it."""

import csv
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import chdir, suppress
from functools import cache

import pytest
from click.testing import CliRunner

from history.project.workspace import open_workspace
from site_gen.demo import demo
from site_gen.demo.beside import whole_year
from site_gen.demo.simulate import LAST_NIGHT
from soundmark import main

NIGHTS = 12
TYPE_ALL = """
import sys, soundmark
for line in sys.argv[1:]:
    print(f"$ {line}", flush=True)
    try:
        soundmark.main(line.split())
    except SystemExit:
        sys.stdout.flush()
"""
COMMANDS = (
    "history list", "history show {run}", "regressions --all", "sla", "check", "compare {a} {b}",
    "report {b} --base {a}", "sla --propose", "notify --dry-run", "suites", "doctor --no-probe",
    "import --list", "import nothing-there.csv", "regresions",
)  # fmt: skip
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with a short simulated year, and names for what is asked of it."""
    folder = tmp_path_factory.mktemp("narrow")
    (folder / "soundmark.toml").write_text(demo.CONFIG, encoding="utf-8")
    workspace = open_workspace(folder / "soundmark.toml")
    workspace.append(whole_year(NIGHTS, last=LAST_NIGHT))
    with workspace.reading() as connection:
        ((run,),) = connection.execute(
            "select run_id from trend where machine = 'runner-4c' order by commit_time desc limit 1"
        ).fetchall()
        commits = connection.execute(
            "select commit_sha from trend where machine = 'runner-4c'"
            " group by commit_sha order by max(commit_time) desc limit 2"
        ).fetchall()
    return folder, {"run": run, "b": commits[0][0], "a": commits[1][0]}


def seen(folder, width, lines):
    """What a terminal of that width shows for each command line."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    environ = {name: text for name, text in os.environ.items() if name != "COLUMNS"}
    process = subprocess.Popen(
        [sys.executable, "-c", TYPE_ALL, *lines],
        cwd=folder, env=environ | {"TERM": "xterm"}, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    out = b""
    with suppress(OSError):  # what a terminal says when the last program has left it
        while got := os.read(ours, 65536):
            out += got
    os.close(ours)
    process.wait()
    text = COLOURS.sub("", out.decode()).replace("\r", "")
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture(scope="module", params=[80, 60])
def shown(request, project):
    """The width, and what was seen at it by the first two words of each command."""
    folder, names = project
    lines = [line.format(**names) for line in COMMANDS]
    found = seen(folder, request.param, lines)
    return request.param, {
        asked: found[typed] for asked, typed in zip(COMMANDS, lines, strict=True)
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_wider_than_the_terminal_but_for_one_long_word(shown, command):
    width, texts = shown
    assert texts[command].strip()
    wide = [line.rstrip() for line in texts[command].split("\n") if len(line.rstrip()) > width]
    assert [line for line in wide if len(line.split()) > 1] == []


@pytest.fixture(scope="module")
def table(project):
    """`table(command)` is what a command prints as CSV, which no width changes."""
    folder, names = project

    @cache
    def printed(command):
        typed = [*command.format(**names).split(), "--format", "csv"]
        with chdir(folder):
            return CliRunner().invoke(main, typed).stdout

    return printed


@pytest.mark.parametrize("command", ["sla", "check", "regressions --all", "compare {a} {b}"])
def test_every_name_of_the_rows_is_seen_whole(shown, table, command):
    rows = list(csv.DictReader(table(command).splitlines()))
    if command == "compare {a} {b}":
        rows = [row for row in rows if row["verdict"] not in {"missing", "new"}]
    packed = "".join(shown[1][command].split())
    assert rows
    if command.startswith("regressions"):  # events, each with its gravest series
        assert "…" not in packed
        return
    assert [row["benchmark"] for row in rows if row["benchmark"] not in packed] == []


def test_an_import_says_what_it_reads_before_it_reads_it(project, tmp_path):
    (tmp_path / "one.csv").write_text("suite,benchmark\n")
    line = f"import csv {tmp_path / 'one.csv'}"
    text = seen(project[0], 80, [line])[line]
    assert text.startswith("one.csv: csv, one row per point")


def test_a_list_of_runs_is_one_line_a_run_at_80_columns(shown):
    width, texts = shown
    lines = texts["history list"].strip().splitlines()
    if width == 80:
        assert lines[0].split()[:3] == ["run_id", "started_at", "commit"]
        assert sum(bool(re.match(r"[0-9a-f]{8}  20", line)) for line in lines) == 20
    *rows, between, common = lines
    assert all(line.strip() for line in rows)
    assert (between, common) == ("", "All of them: simulated.")

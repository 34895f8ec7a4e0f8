"""``soundmark import PATH...`` tells what files are by what is in them."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from history.formats import listing, recognition, registry
from history.words.errors import UsageError
from site_gen.shell import our_folder
from soundmark import main
from tests.history.formats.test_every_row_is_counted import TEXTS
from tests.history.formats.test_lifecycle_json import study
from tests.history.formats.texts import GOOD
from tests.history.vcs.repository import repository

SAMPLES = Path(__file__).with_name("samples")
FITS_ALL = """
    class Anything:
        name = "anything"
        summary = "any text at all"
        repeats_itself = True

        def recognise(self, head):
            return True

        def parse(self, text, name):
            raise NotImplementedError
"""


@pytest.fixture(autouse=True)
def _in_a_repository(tmp_path, monkeypatch, prepared):
    monkeypatch.chdir(prepared(of_one_commit, tmp_path))


def of_one_commit(folder):
    repository(folder).commit("first")


def ran(*arguments):
    return CliRunner().invoke(main, ["import", *arguments])


def test_files_are_told_apart_and_imported_without_naming_their_formats(tmp_path):
    names = sorted({name.partition(" ")[0] for name in TEXTS})
    files = [tmp_path / f"of {name}" for name in names]
    for file, name in zip(files, names, strict=True):
        file.write_text(TEXTS[name]([GOOD, GOOD]))
    assert [one.format_.name for one in recognition.recognise(files).taken] == names
    some = ("conbench", "csv", "hyperfine")
    done = ran(*(f"./of {name}" for name in some), "--commit", "HEAD", "--machine", "ci")
    assert done.exit_code == 0, done.output
    for name in some:
        summary = registry.find(name, registry.IMPORT).summary
        assert f"of {name}: {name}, {summary}" in done.output
        assert f"of {name}: 2 rows read, 2 taken" in done.output


def test_files_of_several_formats_are_imported_at_once(tmp_path):
    (tmp_path / "a").write_text(TEXTS["hyperfine"]([GOOD]))
    (tmp_path / "b").write_text(json.dumps(study(4)))
    done = ran("./a", "./b", "--commit", "HEAD", "--machine", "ci")
    assert done.exit_code == 0, done.output
    rows = csv.DictReader(CliRunner().invoke(main, ["export", "csv"]).output.splitlines())
    assert {row["suite"] for row in rows} == {"hyperfine", "lifecycle"}


def test_the_first_word_is_a_format_if_one_is_called_so(tmp_path):
    (tmp_path / "csv").write_text(TEXTS["hyperfine"]([GOOD]))
    (tmp_path / "other").write_text(TEXTS["csv"]([GOOD]))
    assert "other: 1 row read, 1 taken" in ran("csv", "other").output
    assert "csv: hyperfine, JSON" in ran("./csv", "--commit", "HEAD").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "expected a file or folder with results"),
        (
            ("csv",),
            'expected a file after the format "csv". A file or folder',
        ),
        (("cvs", "x.csv"), 'no format called "cvs". Did you mean "csv"?'),
        (("results.json",), "there is no such file: results.json; nothing was taken"),
        (("--list", "x"), "expected no files beside --list"),
    ],
)
def test_what_is_neither_a_format_nor_a_file_is_said(words, said):
    done = ran(*words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_file_of_no_format_takes_nothing_and_names_every_format(tmp_path):
    (tmp_path / "notes.txt").write_text("groceries\neggs")
    (tmp_path / "good").write_text(TEXTS["hyperfine"]([GOOD]))
    done = ran("./good", "notes.txt", "--commit", "HEAD")
    assert done.exit_code == 2
    assert "notes.txt: none of the formats fits (alignment-jsonl, asv, " in done.output
    assert 'it starts with "groceries"' in done.output
    assert not (tmp_path / ".soundmark").exists()


@pytest.mark.parametrize("words", [("./none",), ("csv", "none")])
def test_an_empty_file_is_said_to_be_empty(tmp_path, words):
    (tmp_path / "none").write_text("\n")
    done = ran(*words, "--commit", "HEAD")
    assert done.exit_code in {2, 3}
    assert "found an empty file" in done.output or "; it is empty." in done.output


def test_a_file_that_fits_two_formats_is_asked_about(tmp_path, install):
    install("anythings", {"soundmark.formats": {"anything": "any_module:Anything"}},
            any_module=FITS_ALL)  # fmt: skip
    (tmp_path / "a").write_text(TEXTS["hyperfine"]([GOOD]))
    done = ran("./a", "--commit", "HEAD")
    assert done.exit_code == 2
    assert "a: expected one format that fits, found several:\n  anything: any text" in done.output
    assert '\n  hyperfine: JSON with "results"' in done.output
    assert ran("hyperfine", "./a", "--commit", "HEAD").exit_code == 0


@pytest.mark.parametrize("said", [True, False])
def test_runs_of_a_machine_that_nothing_names_are_counted(tmp_path, said):
    (tmp_path / "a").write_text(TEXTS["hyperfine"]([GOOD]))
    done = ran("./a", "--commit", "HEAD", *(["--machine", "ci"] if said else []))
    note = 'on the machine "unknown" since nothing names one: 1 run. Say it with --machine'
    assert (note in done.output) is not said


def test_a_unit_is_told_to_the_files_that_ask_for_it(tmp_path):
    (tmp_path / "a").write_text(TEXTS["hyperfine"]([GOOD]))
    (tmp_path / "b").write_text('{"b": {"blocks": {"value": 3}}}')
    told = ("--unit", "blocks=count", "--commit", "HEAD")
    assert ran("./a", "./b", *told).exit_code == 0
    done = ran("./a", *told)
    assert done.exit_code == 2
    assert "--unit is of no use here: the format hyperfine states it itself" in done.output


def test_of_a_folder_everything_is_taken_and_the_rest_is_named(tmp_path):
    (tmp_path / "out/deep").mkdir(parents=True)
    (tmp_path / "out/a.json").write_text(TEXTS["hyperfine"]([GOOD]))
    (tmp_path / "out/deep/b.json").write_text(TEXTS["pytest-benchmark"]([GOOD]))
    (tmp_path / "out/deep/readme").write_text("what this is")
    (tmp_path / "out/.hidden").mkdir()
    (tmp_path / "out/.hidden/c.json").write_text(TEXTS["hyperfine"]([GOOD]))
    done = ran("out", "--commit", "HEAD")
    assert done.exit_code == 0, done.output
    assert "a.json: hyperfine" in done.output
    assert "b.json: pytest-benchmark" in done.output
    assert "note: out/deep/readme left out: it is of no format" in done.output
    assert "c.json" not in done.output


def test_a_site_that_was_built_here_is_not_taken_for_results(tmp_path):
    (tmp_path / "site/data").mkdir(parents=True)
    (tmp_path / "site" / our_folder.MARKER).write_text("{}")
    (tmp_path / "site/data/a.json").write_text(TEXTS["hyperfine"]([GOOD]))
    (tmp_path / "b.json").write_text(TEXTS["hyperfine"]([GOOD]))
    done = ran(".", "--commit", "HEAD", "--machine", "ci")
    assert "b.json: hyperfine" in done.output
    assert "a.json" not in done.output


def test_a_folder_without_results_is_refused(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/readme").write_text("what this is")
    done = ran("out")
    assert done.exit_code == 2
    assert "out: nothing in this folder is of a known format" in done.output


def test_a_named_format_takes_its_files_of_a_folder(tmp_path):
    (tmp_path / ".benchmarks/Linux-CPython-3.11-64bit").mkdir(parents=True)
    for number in (1, 2):
        text = TEXTS["pytest-benchmark"]([GOOD] * number)
        (tmp_path / f".benchmarks/Linux-CPython-3.11-64bit/000{number}_x.json").write_text(text)
    (tmp_path / ".benchmarks/other").write_text(TEXTS["hyperfine"]([GOOD]))
    done = ran("pytest-benchmark", ".benchmarks", "--commit", "HEAD")
    assert done.exit_code == 0, done.output
    assert "0001_x.json: 1 row read" in done.output
    assert "0002_x.json: 2 rows read" in done.output
    assert "note: .benchmarks/other left out" in done.output


@pytest.mark.parametrize("name", ["asv", "criterion"])
def test_a_folder_that_one_format_reads_as_a_whole_stays_whole(tmp_path, name):
    shutil.copytree(SAMPLES / name, tmp_path / "out/kept")
    (tmp_path / "out/a.json").write_text(TEXTS["hyperfine"]([GOOD]))
    found = recognition.recognise([tmp_path / "out"])
    taken = [(one.path.name, one.format_.name) for one in found.taken]
    assert taken == [("a.json", "hyperfine"), ("kept", name)]
    assert found.left_out == []


def test_a_folder_of_another_kind_is_no_asv(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x/benchmarks.json").write_text("{}")
    with pytest.raises(UsageError, match="nothing in this folder"):
        recognition.recognise([tmp_path / "x"])


def test_every_format_says_what_it_brings():
    done = ran("--list")
    assert done.exit_code == 0, done.output
    for row in listing.rows():
        assert row.metrics in done.output
        assert all((row.metrics, row.samples, row.commit, row.machine)), row.format
        assert ("--commit" in row.to_say) == (row.commit != "yes")

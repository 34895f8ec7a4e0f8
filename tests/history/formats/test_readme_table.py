"""A table in a README: what stands in it, and that nothing else of the file is touched."""

import pytest
from click.testing import CliRunner

from history.formats.marked_block import BEGIN, END
from soundmark import main
from tests.history.judge.builders import point, run, workspace

AROUND = "# Aligner\r\n\r\ntext \t\r\n{}more\x0c\ntext without an end".format
MARKED = f"{BEGIN}\r\n{END}\r\n"


class Project:
    """Two nights of two benchmarks, and a README."""

    def __init__(self, folder):
        self.workspace = workspace(folder)
        self.readme = folder / "README.md"
        self.readme.write_bytes(AROUND(MARKED).encode())

    def export(self, *words, code=0, into=True):
        """What the command says."""
        places = ["--history", str(self.workspace.history_file),
                  "--ledger", str(self.workspace.ledger.folder)]  # fmt: skip
        target = ["--into", str(self.readme)] if into else []
        command = ["export", "readme-table", *target, *words, *places]
        done = CliRunner().invoke(main, command, catch_exceptions=False)
        assert done.exit_code == code, done.output
        return done.output

    @property
    def text(self):
        return self.readme.read_bytes().decode()

    @property
    def table(self):
        """The lines between the marks."""
        inside = self.text.partition(BEGIN)[2].partition(END)[0]
        return [line for line in inside.split("\r\n") if line]


@pytest.fixture
def project(tmp_path, prepared):
    return Project(prepared(two_nights, tmp_path))


def two_nights(folder):
    workspace(folder, *(
        run(night, point(0.1 + night, metric="total_time"),
            point(2.0, metric="peak_memory"),
            point(0.5, benchmark="calm", metric="total_time", params={"size": "8"}))
        for night in range(2)
    ))  # fmt: skip


def test_the_newest_value_of_each_benchmark_stands_in_it_with_commit_date_and_machine(project):
    assert "wrote the table of" in project.export()
    assert project.table == [
        "| benchmark | metric | value | 95 % interval |",
        "| --- | --- | --- | --- |",
        "| `golden.calm[size=8]` | `total_time` | 500 ms |  |",
        "| golden.pipeline | `total_time` | 1.10 s |  |",
        "Measured at c0001 on 2026-01-02, on box, by soundmark.",
    ]


def test_nothing_outside_of_the_marks_changes_and_the_lines_end_as_theirs(project):
    project.export()
    before, _, rest = project.text.partition(BEGIN)
    inside, _, after = rest.partition(END)
    assert AROUND(MARKED) == f"{before}{BEGIN}\r\n{END}{after}"
    assert inside.count("\n") == inside.count("\r\n")


def test_a_second_time_nothing_is_written_and_a_check_is_fine(project):
    project.export()
    written = project.readme.stat().st_mtime_ns
    assert "has the newest values" in project.export()
    assert "has the newest values" in project.export("--check")
    assert project.readme.stat().st_mtime_ns == written


def test_a_check_fails_when_there_is_something_newer_and_writes_nothing(project):
    assert "is stale" in project.export("--check", code=1)
    assert project.text == AROUND(MARKED)
    project.export()
    project.workspace.append([run(2, point(9.0, metric="total_time"))])
    assert "is stale" in project.export("--check", code=1)
    project.export()
    assert "| golden.pipeline | `total_time` | 9.00 s |  | c0002, 2026-01-03 |" in project.table
    assert project.table[-1] == "Newest: c0002 on 2026-01-03, on box, by soundmark."


def test_rows_are_chosen_by_benchmark_metric_and_machine(project):
    project.workspace.append([run(1, point(3.0, metric="total_time"), machine="other box")])
    project.export("--only", "golden.pipeline", "--metric", "*")
    rows = [line.split(" | ") for line in project.table[2:-1]]
    assert [(row[1], row[-1]) for row in rows] == [
        ("`peak_memory`", "box |"), ("`total_time`", "box |"), ("`total_time`", "other box |"),
    ]  # fmt: skip
    project.export("--machine", "other*")
    assert len(project.table) == 4
    said = project.export("--only", "nothing", code=2)
    assert "the history has no point of --only 'nothing'" in said


def test_what_failed_says_so_in_place_of_a_value(project):
    project.workspace.append([run(2, point("exit code 3", metric="total_time"))])
    project.export("--only", "golden.pipeline")
    assert "| golden.pipeline | `total_time` | failed |  |" in project.table


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        ("", "found none and none"),
        (f"{BEGIN}\r\n", "found line 4 and none"),
        (f"{END}\r\n{BEGIN}\r\n", "found line 5 and line 4"),
        (MARKED * 2, "found lines 4, 6 and lines 5, 7"),
        (f"see {BEGIN} and {END}\r\n", "found none and none"),
    ],
)
def test_without_one_pair_of_marks_it_refuses_and_says_the_two_lines(project, marks, found):
    project.readme.write_bytes(AROUND(marks).encode())
    said = project.export(code=2)
    assert found in said
    assert f"{BEGIN}\n{END}" in said
    assert project.text == AROUND(marks)


def test_a_link_to_the_file_stays_one_and_keeps_its_mode(project, tmp_path):
    real = tmp_path / "real.md"
    project.readme.rename(real)
    real.chmod(0o640)
    project.readme.symlink_to(real)
    project.export()
    assert project.readme.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert BEGIN in real.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "csv", "--only", "x"], "--only is for readme-table, and csv ignores it"),
        (["export", "readme-table", "--check"], "--check needs --into"),
        (["export", "readme-table", "--into", "a", "-o", "b"], "--output and --into exclude"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(words, said):
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_without_a_file_it_is_printed(project):
    assert project.export(into=False).startswith("| benchmark | metric | value |")

"""Files that suites write of a run, each asked for by a flag."""

import msgspec
import pytest

from collector.cli import file_flags
from collector.cli.file_flags import Asked
from history.words.errors import UsageError
from tests.collector.harness import work_of
from tests.collector.toys import Sleep, Toy
from tests.history.builders import point, record


class Files(msgspec.Struct, frozen=True):
    trace: str = ""
    append: bool = False


class Writes(Toy):
    """Tells what it was given to write."""

    files = Files

    def write_files(self, asked, run):
        yield f"{asked.trace} {asked.append} {[one.benchmark for one in run.points]}"


NAME = f"{__name__}:Writes"


def test_a_suite_writes_its_own_points_under_whatever_name_it_was_measured():
    works = (work_of(Writes)._replace(name="mine"), work_of(Sleep))
    points = [
        msgspec.structs.replace(point(1.0), suite=name, benchmark=name) for name in ("toy", "mine")
    ]
    run = msgspec.structs.replace(record("a1"), points=tuple(points))
    asked = [Asked(NAME, "trace", "--trace", "out"), Asked(NAME, "append", "--append", value=True)]
    assert list(file_flags.write(asked, works, run)) == ["out True ['mine']"]


def test_a_file_of_a_suite_that_is_not_measured_is_refused_with_the_command_that_would_do():
    asked = [Asked("golden", "trace", "--save-trace", "x")]
    with pytest.raises(UsageError, match="`soundmark collect golden --save-trace FILE`"):
        file_flags.check(asked, (work_of(Sleep),))
    file_flags.check([Asked(NAME, "append", "--append", value=True)], (work_of(Writes),))

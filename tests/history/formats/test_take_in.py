import msgspec
import pytest

from history.formats import storable, take_in
from history.formats.csv import Csv
from history.formats.hyperfine import Hyperfine
from history.formats.interface import Parsed, Refused
from history.project.workspace import open_workspace
from history.store import packing
from history.words.errors import BrokenEnvironmentError, ImportRefusedError
from history.words.records import Measured, Point
from tests.history.builders import record
from tests.history.formats.builders import CONTEXT


class Folder:
    """A format that parses a folder and nothing else."""

    name = "folder"
    summary = "a folder"
    repeats_itself = True
    usual_folder = "out"

    def parse_folder(self, folder, since_s):
        assert since_s is None, "an import takes what is there"
        return Parsed(points=(), rows_read=len(list(folder.iterdir())))


@pytest.mark.parametrize("format_", [Csv(), Hyperfine()])
def test_a_folder_where_a_file_is_expected_is_refused(tmp_path, format_):
    with pytest.raises(ImportRefusedError, match="results: expected a file, found a folder"):
        take_in.read(format_, _folder(tmp_path), CONTEXT)


def test_a_file_where_a_folder_is_expected_is_refused(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(ImportRefusedError, match="results: expected a folder, found a file"):
        take_in.read(Folder(), tmp_path / "results", CONTEXT)


def test_a_folder_is_parsed_whole(tmp_path):
    (_folder(tmp_path) / "one").touch()
    assert take_in.read(Folder(), tmp_path / "results", CONTEXT).rows_read == 1


def _folder(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    return folder


def test_a_format_that_counts_a_row_twice_takes_nothing(tmp_path):
    class Muddled(Folder):
        name = "muddled"

        def parse_folder(self, folder, since_s):
            return Parsed(points=(), rows_read=1, refused=(Refused(1, "a"), Refused(1, "b")))

    workspace = open_workspace(None, tmp_path / "h.duckdb", tmp_path / "runs")
    with pytest.raises(BrokenEnvironmentError, match="the format muddled counts wrongly"):
        take_in.import_file(workspace, Muddled(), _folder(tmp_path), CONTEXT)


@pytest.mark.parametrize("sha", ["", " "])
def test_a_run_of_a_commit_without_a_name_is_refused(sha):
    commit = msgspec.structs.replace(record().run.commit, sha=sha)
    assert storable.fault(commit) == "expected the name of a commit, found none"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"metric": ""}, "expected the name of a metric, found none"),
        ({"outcome": Measured(value=1.0, n=2**31)}, "expected n of at most 2147483647"),
    ],
)
def test_a_point_that_no_run_file_can_hold_is_refused_before_anything_is_stored(fault, said):
    sound = Point(suite="s", benchmark="b", metric="wall_time", outcome=Measured(value=1.0, n=1))
    bad = msgspec.structs.replace(sound, **fault)
    assert said in storable.fault(bad)
    assert said in storable.fault_of_columns(_columns(bad))
    assert storable.fault(sound) == storable.fault_of_columns(_columns(sound)) == ""


def _columns(point):
    return packing.pack([msgspec.structs.replace(record(), points=(point,))])

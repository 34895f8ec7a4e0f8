import pytest

from history.formats import take_in
from history.formats.csv import Csv
from history.formats.hyperfine import Hyperfine
from history.formats.interface import Parsed, Refused
from history.project.workspace import open_workspace
from history.words.errors import BrokenEnvironmentError, ImportRefusedError
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

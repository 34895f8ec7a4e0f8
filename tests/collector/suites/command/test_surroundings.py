"""The folder and the output of a run."""

import pytest

from collector.suites.command.readers import RunOutput
from collector.suites.command.surroundings import RunFailedError, empty, fingerprint


@pytest.fixture
def output(tmp_path):
    found = RunOutput(tmp_path / "stdout", tmp_path / "stderr", tmp_path, tmp_path / "scratch")
    found.stdout.write_text("said\n")
    return found


def test_a_folder_is_made_emptied_or_kept_as_it_is(tmp_path):
    folder = tmp_path / "scratch"
    empty(folder)
    made = folder.stat()
    empty(folder)
    assert folder.stat().st_ino == made.st_ino
    (folder / "inner").mkdir()
    (folder / "inner" / "file").touch()
    empty(folder)
    assert list(folder.iterdir()) == []


def test_equal_outputs_have_equal_fingerprints_wherever_they_lie(output):
    empty(output.scratch)
    (output.folder / "out.txt").write_text("said\n")
    (output.scratch / "out.txt").write_text("said\n")
    names = ("stdout", "out.txt", "{scratch}/out.txt")
    first, *others = (fingerprint(name, output) for name in names)
    assert others == [first, first]
    (output.folder / "out.txt").write_text("other\n")
    assert fingerprint("out.txt", output) != first


def test_a_file_that_was_not_left_is_named(output):
    with pytest.raises(RunFailedError, match=r"the program left no file out\.txt"):
        fingerprint("{scratch}/out.txt", output)

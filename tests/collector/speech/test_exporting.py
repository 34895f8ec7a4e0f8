"""What is expensive is made once, by whoever comes first."""

import subprocess
import sys

MAKES = """
import sys
from pathlib import Path
from collector.speech import exporting

folder, log = Path(sys.argv[1]), Path(sys.argv[2])
exporting.once(folder, "tests.collector.speech.makes", [str(log)], "a folder")
"""


def test_of_two_processes_that_want_one_folder_one_makes_it_and_both_get_it(tmp_path):
    folder, log = tmp_path / "made" / "folder", tmp_path / "log"
    command = [sys.executable, "-c", MAKES, str(folder), str(log)]
    both = [subprocess.Popen(command) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert (folder / "export.json").is_file()
    assert log.read_text() == "made\n"

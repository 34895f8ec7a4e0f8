"""What a killed process left is told from what a living one is using."""

import os
import subprocess
import sys
import time

import pytest

from history.words import temporary

HOUR_S = 3600


def aged(path, seconds):
    os.utime(path, (time.time() - seconds,) * 2)


def of_process(folder, pid):
    """A folder that a process of this number made, with something in it."""
    name = temporary.name("soundmark-").replace(f"-{os.getpid()}-", f"-{pid}-")
    (folder / name).mkdir()
    (folder / name / "half").write_text("x")
    return folder / name


@pytest.fixture
def dead_pid():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_what_a_dead_process_left_is_gone_after_an_hour(tmp_path, dead_pid):
    left = of_process(tmp_path, dead_pid)
    assert temporary.sweep("soundmark-", tmp_path) == ()
    aged(left, HOUR_S + 60)
    assert temporary.sweep("soundmark-", tmp_path) == (left.name,)
    assert list(tmp_path.iterdir()) == []


def test_what_a_living_process_uses_is_kept(tmp_path):
    used = temporary.folder("soundmark-", tmp_path)
    # The folder is no older than its process, whatever its clock says.
    aged(used, -HOUR_S)
    assert temporary.sweep("soundmark-", tmp_path) == ()
    assert used.is_dir()


def test_a_later_process_of_the_same_number_is_not_its_owner(tmp_path):
    left = of_process(tmp_path, os.getpid())
    aged(left, 100 * 24 * HOUR_S)  # long before this process began
    assert temporary.sweep("soundmark-", tmp_path) == (left.name,)


def test_what_another_machine_made_is_kept_for_a_week(tmp_path, dead_pid):
    made = of_process(tmp_path, dead_pid)
    elsewhere = made.rename(tmp_path / f"soundmark-00000000-{dead_pid}-12345678")
    aged(elsewhere, 6 * 24 * HOUR_S)
    assert temporary.sweep("soundmark-", tmp_path) == ()
    aged(elsewhere, 8 * 24 * HOUR_S)
    assert temporary.sweep("soundmark-", tmp_path) == (elsewhere.name,)


def test_names_of_others_are_left_alone(tmp_path):
    for name in ("soundmark-site", "soundmark-abcd1234", "other"):
        aged_file = tmp_path / name
        aged_file.write_text("mine")
        aged(aged_file, 1000 * 24 * HOUR_S)
    assert temporary.sweep("soundmark-", tmp_path) == ()


def test_a_link_is_removed_and_what_it_leads_to_is_not(tmp_path, dead_pid):
    (tmp_path / "precious").mkdir()
    made = of_process(tmp_path, dead_pid)
    (made / "half").unlink()
    made.rmdir()
    made.symlink_to(tmp_path / "precious")
    os.utime(made, (time.time() - 2 * HOUR_S,) * 2, follow_symlinks=False)
    assert temporary.sweep("soundmark-", tmp_path) == (made.name,)
    assert (tmp_path / "precious").is_dir()


def test_a_scratch_folder_is_gone_after_its_block(tmp_path):
    with temporary.scratch("soundmark-", tmp_path) as folder:
        (folder / "x").write_text("x")
    assert list(tmp_path.iterdir()) == []

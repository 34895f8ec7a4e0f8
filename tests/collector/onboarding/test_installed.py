"""What a suite that was found needs, and this computer has not."""

from collector.onboarding.findings import Need
from collector.onboarding.installed import lacking


def needs(kind, *names):
    return tuple(Need(kind, name, "install it") for name in names)


def test_programs_are_looked_for_on_the_path_and_folders_in_the_project(tmp_path):
    (tmp_path / "node_modules").mkdir()
    programs, folders = (
        needs("program", "sh", "no-such-program"),
        needs("folder", "node_modules", "x"),
    )
    assert lacking(programs, tmp_path) == programs[1:]
    assert lacking(folders, tmp_path) == folders[1:]


def test_modules_are_looked_for_in_the_python_of_the_path(tmp_path, monkeypatch):
    module = needs("module", "speech_tools")
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\n[ "$3" = speech_tools ]\n')
    python.chmod(0o755)
    monkeypatch.setenv("PATH", f"{python.parent}:/usr/bin:/bin")
    assert lacking(module, tmp_path) == ()
    assert lacking(needs("module", "other"), tmp_path) == needs("module", "other")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert lacking(module, tmp_path) == module, "there is no Python at all"

"""What a run keeps of its surroundings."""

from pathlib import Path

import msgspec

from collector.host import environment
from collector.host.recorder import Recorder


def test_it_has_two_levels_and_no_path_of_this_computer():
    recorder = Recorder("quick")
    recorder.before()
    recorder.after()
    found = recorder.environment()
    text = msgspec.json.encode(found).decode()
    assert {"tool", "libraries", "system", "cpu", "load"} <= set(found)
    assert str(Path.home()) + "/" not in text
    for group in found.values():
        assert not any(isinstance(value, dict) for value in group.values())


def test_what_nothing_changes_is_read_for_the_first_result_and_at_the_end(monkeypatch):
    readings = []
    read = environment.library_versions

    def counted():
        readings.append(1)
        return read()

    monkeypatch.setattr(environment, "library_versions", counted)
    recorder = Recorder("quick")
    recorder.before()
    assert [recorder.environment() for _ in range(3)] == [recorder.environment()] * 3
    assert len(readings) == 1
    recorder.after()
    recorder.environment()
    assert len(readings) == 2

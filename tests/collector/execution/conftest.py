import pytest

from tests.collector.execution.projects import project


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.fixture
def repository(tmp_path, monkeypatch, temporary):
    """A project whose only commit takes 0.1 s; tests stand in it.

    A duet of it has as many rounds as one verdict needs: what the program prints is without noise,
    and what more rounds gain is asked of the rule (`test_stopping_rule.py`).
    """
    monkeypatch.setattr("collector.planning.rounds.MOST_ROUNDS", 0)
    found = project(tmp_path / "project")
    monkeypatch.chdir(found.path)
    return found

"""What several files of tests need: the repository of soundmark itself, as if it were on GitHub."""

import pytest

from tests.history.vcs import repositories


@pytest.fixture
def on_github(tmp_path, monkeypatch):
    """A repository on this computer that git finds at the address of one on GitHub."""
    there = repositories.made(tmp_path / "soundmark")
    there.commit("one", readme="one")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.{there.path}.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "https://github.com/speech/soundmark")
    return there

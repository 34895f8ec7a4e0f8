import pytest

from tests.history.compare.nights import three_nights


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Three nights, of which all tests only read."""
    return three_nights(tmp_path_factory.mktemp("made"))

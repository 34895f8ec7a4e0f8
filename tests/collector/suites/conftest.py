"""What the tests of the suites share: one workspace with one export of a small Whisper."""

import fcntl
import hashlib
from pathlib import Path

import msgspec
import pytest

from collector.suites.whisper import export, model, vocabulary

SOURCES = [Path(module.__file__) for module in (export, model, vocabulary)]


@pytest.fixture(scope="session")
def whisper_workspace(pytestconfig) -> Path:
    """A workspace with the export, made once for these sources and kept in pytest's own cache.

    Of parallel workers the first one exports and the others wait for it.
    """
    pytest.importorskip("transformers")
    pytest.importorskip("onnxscript")
    content = b"".join(path.read_bytes() for path in SOURCES)
    name = f"whisper-{hashlib.sha256(content).hexdigest()[:12]}"
    workspace = Path(pytestconfig.cache.mkdir(name))
    with (workspace / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        export.cached(workspace, "micro", 0)
    return workspace


@pytest.fixture(scope="session")
def exported(whisper_workspace) -> model.ModelFolder:
    """The synthetic micro model as a user's folder would be."""
    return model.read_folder(export.cached(whisper_workspace, "micro", 0).folder)


@pytest.fixture(scope="session")
def generation() -> model.Generation:
    """Special tokens of the synthetic micro model."""
    text = msgspec.json.encode(model.generation_config("micro"))
    return model.parse_generation(text, "generation_config.json")

"""The suite in this process, on as little audio as a test needs."""

from collections.abc import Callable
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from collector.suites.pipeline import Pipeline, sentences
from collector.suites.pipeline.options import PipelineOptions
from tests.collector.suites.driver import Ran, run_suite

FASTEST = PipelineOptions(beams=("narrow",), precisions=("int8",), threads=(1,))


@pytest.fixture(scope="session")
def real():
    """Skips where the extra is not installed; `make test` installs it."""
    for one in Pipeline.requirements:
        pytest.importorskip(one.name)


@pytest.fixture
def recorded(tmp_path) -> Callable[..., Path]:
    """`recorded(a="what is said")` is a folder with our first files and these texts beside them."""

    def make(**texts: str | None) -> Path:
        folder = tmp_path / "recorded"
        folder.mkdir(exist_ok=True)
        for one, (name, text) in zip(sentences.shipped().sentences, texts.items(), strict=False):
            copy(sentences.SHIPPED / one.file, folder / f"{name}.wav")
            if text is not None:
                (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def ran(real, tmp_path) -> Callable[..., Ran]:
    """`ran("recognition", audio_dir=...)` runs that benchmark and gives what came of it."""

    def run(benchmark: str, repeats: int = 1, **options: Any) -> Ran:
        given = {
            key: str(value) if isinstance(value, Path) else value for key, value in options.items()
        }
        chosen = {
            **{key: getattr(FASTEST, key) for key in ("beams", "precisions", "threads")},
            **given,
        }
        (found,) = run_suite(
            Pipeline(),
            PipelineOptions(**chosen),
            tmp_path / "workspace",
            profile="nightly",  # which has every benchmark
            repeats=repeats,
            chosen=lambda case: case.benchmark == benchmark,
        )
        return found

    return run

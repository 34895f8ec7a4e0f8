"""The suite in this process, on as little audio as a test needs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import copy
from typing import Any

import msgspec
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


def record(folder: Path, **texts: str | None) -> Path:
    """`record(folder, a="what is said")`: our first files with these texts beside them."""
    folder.mkdir(exist_ok=True)
    for one, (name, text) in zip(sentences.shipped().sentences, texts.items(), strict=False):
        copy(sentences.SHIPPED / one.file, folder / f"{name}.wav")
        if text is not None:
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def recorded(tmp_path) -> Callable[..., Path]:
    """`record` into a folder of this test."""
    return partial(record, tmp_path / "recorded")


def run(workspace: Path, benchmark: str, repeats: int = 1, **options: Any) -> Ran:
    """`run(workspace, "recognition", audio_dir=...)`: what comes of that benchmark."""
    given = {
        key: str(value) if isinstance(value, Path) else value for key, value in options.items()
    }
    (found,) = run_suite(
        Pipeline(),
        msgspec.structs.replace(FASTEST, **given),
        workspace,
        profile="nightly",  # which has every benchmark
        repeats=repeats,
        chosen=lambda case: case.benchmark == benchmark,
    )
    return found


@pytest.fixture
def ran(real, tmp_path) -> Callable[..., Ran]:
    """`run` in a workspace of this test."""
    return partial(run, tmp_path / "workspace")

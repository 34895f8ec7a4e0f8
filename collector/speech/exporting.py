"""Make expensive files once per machine, in a separate process; folders appear complete.

The child that measures ONNX Runtime must not hold torch's memory, so files that need torch are made
in another process. When two processes want the same folder at once, one makes it and the other
waits.
"""

from __future__ import annotations

import fcntl
import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from collector.speech.weights import Weights
from history.words import temporary
from history.words.errors import BrokenEnvironmentError, SoundmarkError

MARKER: Final = "export.json"
"""A folder that holds it is complete; empty where there are no weights to describe."""

TIMEOUT_S: Final = 1_200.0


def once(folder: Path, module: str, arguments: Sequence[str], what: str) -> Path:
    """Run ``python -m module FOLDER ARGUMENTS…`` unless the folder is complete; gives the folder.

    Raises BrokenEnvironmentError with the last line of the other process when it fails.
    """
    if (folder / MARKER).is_file():
        return folder
    with _alone(folder):
        return folder if (folder / MARKER).is_file() else _made(folder, module, arguments, what)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; it is released when the process ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _made(folder: Path, module: str, arguments: Sequence[str], what: str) -> Path:
    command = [sys.executable, "-m", module, str(folder), *arguments]
    # The measured child may be held to one thread; making files may use the whole machine.
    environment = {**os.environ, "OMP_NUM_THREADS": str(os.cpu_count() or 1)}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise BrokenEnvironmentError(f"making {what} took more than {TIMEOUT_S:g} s.") from error
    if done.returncode != 0 or not (folder / MARKER).is_file():
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BrokenEnvironmentError(
            f"making {what} failed: {last.rstrip('.')}.",
            hint="Check that torch, transformers, onnx and onnxscript are installed and fit.",
        )
    return folder


def described(folder: Path) -> Weights:
    """The description of the weights in a complete folder."""
    return msgspec.json.decode((folder / MARKER).read_bytes(), type=Weights)


def describe(made: Path, known: Weights) -> None:
    """Write the description of a folder's weights into its marker."""
    (made / MARKER).write_bytes(msgspec.json.encode(known))


@contextmanager
def ending_with_message() -> Iterator[None]:
    """In the other process: end with a user's error as the last line, without a traceback."""
    try:
        yield
    except SoundmarkError as error:
        sys.exit(str(error))


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A temporary folder that becomes ``folder``, marked as complete, when the block ends well."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary.sweep(temporary.MAKING, folder.parent)
    with temporary.scratch(temporary.MAKING, folder.parent) as scratch:
        made = scratch / "made"
        made.mkdir()
        yield made
        (made / MARKER).touch()
        try:
            made.rename(folder)
        except OSError:
            if not (folder / MARKER).is_file():  # else another process was faster
                raise


def tools() -> tuple[str, ...]:
    """Versions that shape an exported graph, without importing any of them."""
    names = ("torch", "transformers", "onnxscript")
    return tuple(f"{name}={importlib.metadata.version(name)}" for name in names)


def export_graph(
    module: Any,  # noqa: ANN401 - torch's types are not read
    arguments: tuple[Any, ...],
    path: Path,
    *,
    inputs: Sequence[str],
    outputs: Sequence[str],
    shapes: Any = None,  # noqa: ANN401 - as torch.onnx.export takes them; None fixes all
    opset: int = 18,
) -> None:
    """One dynamo export with everything inside the file, which limits it to 2 GB."""
    import torch

    export: Callable[..., Any] = torch.onnx.export
    with torch.inference_mode():
        export(
            module,
            arguments,
            str(path),
            dynamo=True,
            opset_version=opset,
            external_data=False,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=shapes,
            verbose=False,
        )

"""An ONNX Runtime session as a subject."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from collector.speech import runtime, weights
from collector.suites.lifecycle.onnx_model import SEED
from collector.suites.lifecycle.subject import Report
from history.words.errors import BrokenDataError, BrokenEnvironmentError

DYNAMIC: Final = 200
"""Size used for a free dimension: two seconds of log-mel frames."""
_TYPES: Final = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(bool)": np.bool_,
}


class OrtSession:
    """Load is creating the session, inference one run of it on fixed input."""

    transcript = ""

    def __init__(self, model: Path, label: str, threads: int) -> None:
        """Find the model. Raises FileNotFoundError when it is not there."""
        if not model.is_file():
            raise FileNotFoundError(f"there is no ONNX model {model.name}")
        self.size_bytes = model.stat().st_size
        self._model, self._label = model, label
        self._settings = runtime.Settings(threads=threads)
        self._session: Any = None
        self._feeds: dict[str, Any] = {}
        self._providers: list[str] = []

    def load(self) -> None:
        """Create the session. Raises BrokenEnvironmentError when it cannot be."""
        self._session = runtime.session(self._model, self._settings)
        self._providers = self._session.get_providers()
        if not self._feeds:
            self._feeds = {one.name: _input(one) for one in self._session.get_inputs()}

    def infer(self, first_token: Report) -> str:
        """One run; the text is made of the largest label of the last frame."""
        del first_token
        output = self._session.run(None, self._feeds)[0]
        return str(int(np.asarray(output).reshape(-1, output.shape[-1])[-1].argmax()))

    def reset(self) -> None:
        """A session keeps nothing between runs."""

    def unload(self) -> None:
        """Let go of the session."""
        self._session = None

    def facts(self) -> dict[str, Any]:
        """Providers in force and the settings that change memory."""
        import onnxruntime

        return {
            "provider": self._providers,
            "onnxruntime": onnxruntime.__version__,
            "intra_op": self._settings.threads,
            "cpu_mem_arena": self._settings.cpu_mem_arena,
            "allow_spinning": self._settings.spin,
            "weights": self._label,
        }


def synthetic(workspace: Path) -> tuple[Path, str]:
    """Our small model, made by another process if it does not exist yet."""
    path = workspace / "lifecycle" / f"encoder-{SEED}.onnx"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_suffix(f".{os.getpid()}.part")
        done = subprocess.run(
            [sys.executable, "-P", "-m", "collector.suites.lifecycle.onnx_model", str(made)],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["no reason was given"]
            raise BrokenEnvironmentError(f"the ONNX model could not be made: {last[0]}.")
        made.rename(path)
    return path, weights.label(SEED)


def _input(one: Any) -> Any:  # noqa: ANN401 - a NodeArg of onnxruntime
    """Ones in the shape that is asked for; a batch is one, any other free dimension 200."""
    kind = _TYPES.get(one.type)
    if kind is None:
        raise BrokenDataError(f"{one.name}: inputs of type {one.type} cannot be made up.")
    shape = [
        size if isinstance(size, int) and size > 0 else 1 if axis == 0 else DYNAMIC
        for axis, size in enumerate(one.shape)
    ]
    return np.ones(shape, dtype=kind)

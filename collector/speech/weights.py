"""Fill a real model with synthetic weights that are the same bytes in every process.

Values come from numpy's generator, seeded per parameter with the seed and the parameter's name:
they depend neither on the order of construction nor on the inference library's own random numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import msgspec
import numpy as np


class Parameter(Protocol):
    """What is needed of a ``torch.nn.Parameter`` on the CPU."""

    requires_grad: bool
    shape: Any

    def detach(self) -> Any:  # noqa: ANN401 - a tensor of a library that is not imported here
        """The values without their history."""


class Model(Protocol):
    """What is needed of a ``torch.nn.Module``."""

    def named_parameters(self) -> Iterable[tuple[str, Any]]:
        """Every parameter once, with its name."""


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about the weights of a model; part of the record."""

    label: str
    """``synthetic(seed=0)``, or the name of the user's folder."""
    sha256: str
    """Over all parameters, by name."""
    parameters: int
    """Number of values; 0 where nobody counted them."""
    config_sha256: str = ""
    init_std: float = 0.0
    """Of synthetic weights; 0 means scaled to each layer's inputs."""

    def facts(self) -> dict[str, str | int | float]:
        """For the run's environment, hashes shortened."""
        return {
            "weights": self.label,
            "weights sha256": self.sha256[:12],
            "parameters": self.parameters,
            "config sha256": self.config_sha256[:12],
            "init std": self.init_std,
        }


def label(seed: int) -> str:
    """How synthetic weights are named everywhere."""
    return f"synthetic(seed={seed})"


def fill(model: Model, *, seed: int, std: float = 0.0) -> None:
    """Overwrite every trainable parameter of a model on the CPU.

    Biases become 0, scales (vectors, and the norms of weight-normalised layers) 1, everything else
    normal with that spread; 0 takes sqrt(2 / inputs), which keeps signals alive through deep stacks
    of narrow convolutions (He 2015). Frozen parameters, such as sinusoidal positions, stay.
    """
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        values = parameter.detach().numpy()
        if name.endswith("bias"):
            values[...] = 0.0
        elif values.squeeze().ndim < 2:
            values[...] = 1.0
        else:
            inputs = max(1, int(np.prod(values.shape[1:])))
            spread = std or (2.0 / inputs) ** 0.5
            values[...] = _generator(seed, name).normal(0.0, spread, values.shape)


def sha256(model: Model) -> str:
    """Sixty-four hex digits over names, shapes and float32 bytes of all parameters."""
    total = hashlib.sha256()
    for name, parameter in sorted(model.named_parameters(), key=lambda pair: pair[0]):
        values = np.ascontiguousarray(parameter.detach().cpu().float().numpy(), dtype="<f4")
        total.update(f"{name}{values.shape}".encode())
        total.update(values.tobytes())
    return total.hexdigest()


def files_of(graph: Path) -> tuple[Path, ...]:
    """An ONNX graph, and the weights that optimum keeps beside a large one (``….onnx_data``)."""
    return (graph, *sorted(graph.parent.glob(f"{graph.name}*data")))


def files_sha256(*paths: Path) -> str:
    """Sixty-four hex digits over the bytes of files, in order."""
    total = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def of_graphs(label: str, *graphs: Path) -> Weights:
    """What is known of weights that came as ONNX graphs."""
    files = (file for graph in graphs for file in files_of(graph))
    return Weights(label=label, sha256=files_sha256(*files), parameters=0)


def count(model: Model) -> int:
    """Number of values in all parameters."""
    return sum(int(np.prod(parameter.shape)) for _, parameter in model.named_parameters())


def config_sha256(config: dict[str, object]) -> str:
    """Sixty-four hex digits over a configuration; the order of keys does not count."""
    return hashlib.sha256(msgspec.json.encode(config, order="deterministic")).hexdigest()


def _generator(seed: int, name: str) -> np.random.Generator:
    key = hashlib.sha256(f"{seed}\0{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(key[:16], "little"))

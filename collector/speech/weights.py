"""Fill a real model with synthetic weights that are the same bytes in every process.

Values come from numpy's generator, seeded per parameter with the seed and the parameter's name:
they depend neither on the order of construction nor on the inference library's own random numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class Model(Protocol):
    """The part of a ``torch.nn.Module`` that is used."""

    def named_parameters(self) -> Iterable[tuple[str, Any]]:
        """Every parameter once, with its name."""


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """The description of a model's weights; part of the record."""

    label: str
    """``synthetic(seed=0)``, or the name of the user's folder."""
    sha256: str
    """Over all parameters, by name."""
    parameters: int
    """Number of values; 0 when not counted."""
    config_sha256: str = ""
    init_std: float = 0.0
    """Of synthetic weights; 0 means scaled to each layer's inputs."""
    made_with: str = ""
    """Versions that shaped the graphs; empty where they came from outside."""

    def facts(self) -> dict[str, str | int | float]:
        """For the run's environment, hashes shortened."""
        return {
            "weights": self.label,
            "weights sha256": self.sha256[:12],
            "parameters": self.parameters,
            "config sha256": self.config_sha256[:12],
            "init std": self.init_std,
            **({"graphs exported with": self.made_with} if self.made_with else {}),
        }


def label(seed: int) -> str:
    """How synthetic weights are named everywhere."""
    return f"synthetic(seed={seed})"


def fill(model: Model, *, seed: int, std: float = 0.0) -> None:
    """Overwrite every trainable parameter of a model on the CPU by ``initial``.

    Frozen parameters, such as sinusoidal positions, stay.
    """
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            values = parameter.detach().numpy()
            values[...] = initial(name, values.shape, seed=seed, std=std)


def initial(name: str, shape: tuple[int, ...], *, seed: int, std: float = 0.0) -> Floats:
    """Synthetic values of the parameter of that name: float32 of that shape.

    Biases are 0, scales (vectors, and the norms of weight-normalised layers) 1, everything else
    normal with that spread; 0 takes sqrt(2 / inputs), which keeps signals alive through deep stacks
    of narrow convolutions (He 2015).
    """
    if name.endswith("bias"):
        return np.zeros(shape, np.float32)
    if sum(size != 1 for size in shape) < 2:
        return np.ones(shape, np.float32)
    inputs = max(1, int(np.prod(shape[1:])))
    spread = std or (2.0 / inputs) ** 0.5
    return _generator(seed, name).normal(0.0, spread, shape).astype(np.float32)


def arrays(model: Model) -> dict[str, Floats]:
    """All parameters as float32 arrays of this process, by name."""
    return {
        name: np.ascontiguousarray(parameter.detach().cpu().float().numpy(), dtype="<f4")
        for name, parameter in model.named_parameters()
    }


def sha256(model: Model) -> str:
    """Sixty-four hex digits over names, shapes and float32 bytes of all parameters."""
    return sha256_of(arrays(model))


def sha256_of(values: Mapping[str, Floats]) -> str:
    """The same over parameters by name."""
    total = hashlib.sha256()
    for name, value in sorted(values.items()):
        total.update(f"{name}{value.shape}".encode())
        total.update(value.tobytes())
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


def of_model(model: Model, label: str, config: dict[str, object], std: float = 0.0) -> Weights:
    """The description of the weights of a torch model with that configuration."""
    return Weights(
        label=label,
        sha256=sha256(model),
        parameters=count(model),
        config_sha256=config_sha256(config),
        init_std=std,
    )


def of_graphs(label: str, *graphs: Path) -> Weights:
    """The description of weights that came as ONNX graphs."""
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

"""Store an exported graph without its synthetic weights, and restore them without torch.

An export brings torch and takes 20 s a model. The weights of the default models come from a seed,
so the structure alone is kept here, a few kilobytes a graph: which parameter belongs where. A graph
that is filled again has the tensors and nodes of the export, to the byte of every weight.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from collector.speech import exporting, weights
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from collector.speech.weights import Floats, Weights

DESCRIPTION: Final = "template.json"
FROZEN: Final = "frozen.npz"
"""Parameters that no seed makes, such as sinusoidal positions."""


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tensor of a graph that is a parameter."""

    parameter: str
    transposed: bool = False
    shape: tuple[int, ...]
    """In the graph."""

    def tensor(self, value: Floats) -> Floats:
        """The parameter as the graph has it."""
        found = value.T if self.transposed else value
        return np.ascontiguousarray(found).reshape(self.shape)


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The description of a template's graphs."""

    made_with: str
    """Versions that shaped the graphs."""
    config_sha256: str
    init_std: float
    parameters: dict[str, tuple[int, ...]]
    """Shape of every parameter of the model, also of those no graph needs."""
    graphs: dict[str, dict[str, Place]]
    """File -> tensor of the graph -> its parameter."""


def identity(folder: Path) -> str:
    """Twelve hex digits over all files; empty when there is no such template."""
    if not (folder / DESCRIPTION).is_file():
        return ""
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:12]


def versions(folder: Path) -> tuple[str, ...]:
    """Versions that determine the graphs: of the template, or of the exporting libraries."""
    kept = identity(folder)
    return (kept,) if kept else exporting.tools()


def take(
    model: Any,  # noqa: ANN401 - torch's types are not read
    graphs: Sequence[Path],
    known: Weights,
    target: Path,
) -> None:
    """Write the graphs of a model without its weights. Raises BrokenDataError.

    Tensors that equal a parameter are removed, and so are names of source lines.
    """
    import onnx
    from onnx import numpy_helper

    values = weights.arrays(model)
    frozen = {name for name, one in model.named_parameters() if not one.requires_grad}
    target.mkdir(parents=True, exist_ok=True)
    places: dict[str, dict[str, Place]] = {}
    for path in graphs:
        graph = onnx.load(path)
        places[path.name] = {}
        for tensor in graph.graph.initializer:
            place = _place(numpy_helper.to_array(tensor), values)
            if place is not None:
                places[path.name][tensor.name] = place
                tensor.ClearField("raw_data")
        if sum(len(one.raw_data) for one in graph.graph.initializer) > 1 << 16:
            raise BrokenDataError(
                f"{path.name}: weights were changed by the export, so they cannot be taken out."
            )
        _strip(graph)
        (target / path.name).write_bytes(graph.SerializeToString(deterministic=True))
    if frozen:
        kept = {name: values[name] for name in sorted(frozen)}
        np.savez_compressed(target / FROZEN, **kept)  # type: ignore[arg-type] # names, never allow_pickle
    template = Template(
        made_with=known.made_with,
        config_sha256=known.config_sha256,
        init_std=known.init_std,
        parameters={name: value.shape for name, value in values.items()},
        graphs=places,
    )
    described = msgspec.json.format(msgspec.json.encode(template, order="sorted"), indent=1)
    (target / DESCRIPTION).write_bytes(described + b"\n")


def fill(folder: Path, target: Path, seed: int) -> Weights:
    """Write the graphs of a template with the weights of a seed; returns their description."""
    import onnx
    from onnx import numpy_helper

    template = msgspec.json.decode((folder / DESCRIPTION).read_bytes(), type=Template)
    values = _values(folder, template, seed)
    for file, places in template.graphs.items():
        graph = onnx.load(folder / file)
        for tensor in graph.graph.initializer:
            place = places.get(tensor.name)
            if place is not None:
                value = place.tensor(values[place.parameter])
                tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
        (target / file).write_bytes(graph.SerializeToString(deterministic=True))
    return weights.Weights(
        label=weights.label(seed),
        sha256=weights.sha256_of(values),
        parameters=sum(value.size for value in values.values()),
        config_sha256=template.config_sha256,
        init_std=template.init_std,
        made_with=template.made_with,
    )


def _values(folder: Path, template: Template, seed: int) -> dict[str, Floats]:
    frozen: dict[str, Floats] = {}
    if (folder / FROZEN).is_file():
        with np.load(folder / FROZEN) as found:
            frozen = dict(found)
    return {
        name: frozen[name]
        if name in frozen
        else weights.initial(name, shape, seed=seed, std=template.init_std)
        for name, shape in template.parameters.items()
    }


def _place(tensor: Any, parameters: Mapping[str, Floats]) -> Place | None:  # noqa: ANN401 - an array of any type
    """The first parameter equal to this tensor, perhaps reshaped or transposed."""
    if tensor.dtype != np.float32 or tensor.ndim == 0:
        return None
    for name, value in parameters.items():
        if value.size == tensor.size:
            for turned in (False, True):
                place = Place(parameter=name, transposed=turned, shape=tensor.shape)
                if np.array_equal(place.tensor(value), tensor):
                    return place
    return None


def _strip(graph: Any) -> None:  # noqa: ANN401 - a protocol buffer
    # What names lines of source code; the shapes between nodes stay: the runtime fuses by them.
    inner = graph.graph
    for part in (graph, inner, *inner.node, *inner.value_info, *inner.input, *inner.output):
        part.doc_string = ""
        del part.metadata_props[:]

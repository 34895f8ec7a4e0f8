"""Read the inputs and outputs of an ONNX file: a wrong one is refused before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from history.words.errors import BrokenDataError


class Entry(NamedTuple):
    """One input or output."""

    name: str
    shape: tuple[int | str, ...]
    """Names stand for free axes; empty where the graph leaves all open."""


class Names(NamedTuple):
    """What goes into a graph and what comes out, in order."""

    inputs: tuple[Entry, ...]
    outputs: tuple[Entry, ...]


def read(path: Path) -> Names | None:
    """The entries of a file; None where the package onnx is missing. Raises BrokenDataError."""
    try:
        import onnx
    except ImportError:
        return None
    try:
        graph = onnx.load(path, load_external_data=False).graph
    except Exception as error:  # protobuf's own DecodeError; its package has no types
        raise BrokenDataError(
            f"{path.name}: expected an ONNX graph, found something else.",
            hint="A pointer of git LFS is such a thing: fetch the file itself.",
        ) from error
    weights = {tensor.name for tensor in graph.initializer}
    return Names(
        tuple(_entry(one) for one in graph.input if one.name not in weights),
        tuple(_entry(one) for one in graph.output),
    )


def _entry(value: Any) -> Entry:  # noqa: ANN401 - a protocol buffer
    axes = value.type.tensor_type.shape.dim
    return Entry(value.name, tuple(axis.dim_value or axis.dim_param for axis in axes))


def of_session(session: Any) -> Names:  # noqa: ANN401 - onnxruntime ships no types
    """The same of a loaded session."""
    return Names(
        tuple(Entry(one.name, tuple(one.shape or ())) for one in session.get_inputs()),
        tuple(Entry(one.name, tuple(one.shape or ())) for one in session.get_outputs()),
    )

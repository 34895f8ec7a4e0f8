"""Check from a folder's files alone whether it holds the expected model.

No inference library is loaded, so the parent can check before anything is measured. Every key and
shape is checked again when the library reads the weights (``pretrained``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from history.words.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
_PICKLED: Final = "pytorch_model.bin"
_INDEX: Final = "model.safetensors.index.json"
_LONGEST_HEADER: Final = 100_000_000
"""Bytes; the safetensors format allows no longer one."""


def check(
    folder: Path, option: str, model_type: str, part: str, *, has: Callable[[str], bool]
) -> None:
    """Raise UsageError unless the folder is a model of that type and ``has`` accepts a weight.

    ``part`` names the part that the suite needs, such as ``the layer that gives logits``. Weights
    in other formats than safetensors are not checked.
    """
    found = json_object(folder / CONFIG, option).get("model_type")
    if found != model_type:
        said = f'"{found}"' if found else "none"
        raise UsageError(
            f'{option}: expected the model type "{model_type}" in {folder.name}/{CONFIG}, found'
            f" {said}.",
            hint="Name the folder of a model that this suite can run.",
        )
    names = keys(folder)
    if names is not None and not any(has(name) for name in names):
        first = ", ".join(sorted(names)[:3]) or "nothing"
        raise UsageError(
            f"{option}: {folder.name}/ lacks {part}; its weights are {first} and"
            f" {max(0, len(names) - 3)} more.",
            hint="Take the model that was trained for this task, not the bare encoder.",
        )


def weights_file(folder: Path) -> Path | None:
    """The file with the weights as transformers saves them, safetensors first; None without."""
    found = (folder / name for name in (WEIGHTS, _PICKLED))
    return next((path for path in found if path.is_file()), None)


def keys(folder: Path) -> tuple[str, ...] | None:
    """Names of the weights in a folder; None where they are not kept as safetensors."""
    if (folder / _INDEX).is_file():
        return tuple(json_object(folder / _INDEX, folder.name).get("weight_map", ()))
    path = folder / WEIGHTS
    if not path.is_file():
        return None
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = file.read(length) if length <= _LONGEST_HEADER else b""
    try:
        found = msgspec.json.decode(header, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise UsageError(
            f"{folder.name}/{WEIGHTS}: expected a safetensors file, found something else.",
            hint="A pointer of git LFS is such a thing: fetch the file itself.",
        ) from error
    return tuple(name for name in found if name != "__metadata__")


def json_object(path: Path, option: str) -> dict[str, Any]:
    """The object of a JSON file in a model folder. Raises UsageError without one."""
    if not path.is_file():
        raise UsageError(f"{option}: {path.parent.name}/ has no {path.name}.")
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise UsageError(f"{option}: {path.name} is not a JSON object: {error}.") from error


def shown(names: Iterable[str], what: str) -> str:
    """``3 weights are missing (first: a)``; empty without any."""
    listed = sorted(names)
    return f"{len(listed)} {what} (first: {listed[0]})" if listed else ""

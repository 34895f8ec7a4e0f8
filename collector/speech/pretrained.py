"""Read a user's weights with transformers, and refuse weights that do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from collector.speech.model_folder import shown
from history.words.errors import BrokenDataError


def load(
    kind: Any,  # noqa: ANN401 - a class of transformers, which is not imported here
    folder: Path,
    option: str,
    *,
    unused: frozenset[str] = frozenset(),
    **settings: Any,  # noqa: ANN401 - passed on
) -> Any:  # noqa: ANN401 - a model
    """The model in evaluation mode, in float32. Raises BrokenDataError naming the first keys.

    transformers invents missing weights and ignores unknown ones; either way another model would be
    measured. ``unused``: weights that only training reads.
    """
    loaded, info = kind.from_pretrained(
        str(folder),
        local_files_only=True,
        output_loading_info=True,
        ignore_mismatched_sizes=True,
        dtype="float32",
        **settings,
    )
    wrong = (
        shown(set(info["missing_keys"]) - unused, "are missing"),
        shown(info["unexpected_keys"], "are not known to it"),
        shown((_name(one) for one in info["mismatched_keys"]), "have another shape"),
    )
    faults = [text for text in wrong if text]
    if faults:
        raise BrokenDataError(
            f"{option}: the weights in {folder.name}/ are not those of a {kind.__name__}:"
            f" {'; '.join(faults)}.",
            hint="Name the folder of the very model, with the config.json it was saved with.",
        )
    return loaded.eval()


def _name(mismatched: Any) -> str:  # noqa: ANN401 - a name, or a name with two shapes
    return mismatched if isinstance(mismatched, str) else str(mismatched[0])

"""Check the tensor names of the three graphs against those of the decoder loop. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from collector.suites.whisper.model import GRAPHS
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collector.speech.graph_names import Entry, Names

_WANTED: Final = (
    ({"input_features"}, {"last_hidden_state"}),
    ({"input_ids", "encoder_hidden_states"}, {"logits"}),
    ({"input_ids"}, {"logits"}),
)


def cache_pairs(graphs: Sequence[Names]) -> dict[str, str]:
    """Cache inputs of the step -> outputs of the first pass.

    ``graphs``: encoder, first pass, cached step. Raises BrokenDataError for a graph whose tensors
    are not named as optimum names them.
    """
    for file, names, (inputs, outputs) in zip(GRAPHS, graphs, _WANTED, strict=True):
        _check(file, "input", inputs, names.inputs)
        _check(file, "output", outputs, names.outputs)
    first, step = graphs[1:]
    file = GRAPHS[2]
    given = [entry.name for entry in step.inputs]
    presents = [entry.name for entry in first.outputs]
    found = {
        name: name.replace("past_key_values", "present")
        for name in given
        if name.startswith("past_key_values.")
    }
    lacking = [present for present in found.values() if present not in presents]
    if lacking or not found:
        wanted = lacking[0] if lacking else "past_key_values.0.decoder.key"
        raise BrokenDataError(
            f"{file}: the two decoder graphs do not fit; {wanted} is missing.",
            hint="Both must come from one export, with the past as input and output.",
        )
    unknown = set(given) - set(found) - {"input_ids", "cache_position", "encoder_hidden_states"}
    if unknown:
        raise BrokenDataError(
            f"{file}: nothing to give to the input {min(unknown)}.",
            hint="A merged decoder cannot be used; export decoder and decoder_with_past apart.",
        )
    return found


def _check(file: str, kind: str, wanted: set[str], entries: Sequence[Entry]) -> None:
    found = [entry.name for entry in entries]
    for name in sorted(wanted - set(found)):
        raise BrokenDataError(
            f"{file}: expected an {kind} called {name}, found {', '.join(found[:4])}.",
            hint="Tensors must be named as optimum names them; export with it or like it.",
        )

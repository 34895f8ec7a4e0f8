"""Run the three graphs of a Whisper export on ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from collector.speech import graph_names, runtime
from collector.suites.whisper import tensors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from collector.speech.runtime import Settings

    Floats = NDArray[np.float32]
    Logits = NDArray[np.floating[Any]]

    Cache = dict[str, Any]
    """Input name of the cached step -> tensor, on the device the graphs run on."""

_TYPES: Final = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


class Graphs:
    """Encoder, first decoder pass and cached step, loaded."""

    def __init__(self, paths: Sequence[Path], settings: Settings) -> None:
        """Raises BrokenEnvironmentError for a graph that cannot be loaded.

        BrokenDataError for one whose tensors are not named as optimum names them.
        """
        self._settings = settings
        self._cuda = settings.device == "cuda"
        self._encoder, self._first, self._step = (runtime.session(path, settings) for path in paths)
        sessions = (self._encoder, self._first, self._step)
        self._kept = tensors.cache_pairs([graph_names.of_session(one) for one in sessions])
        features = self._encoder.get_inputs()[0]
        self._dtype = _TYPES.get(features.type, np.float32)
        self.mels = _length(features.shape[1], 80)
        self.frames = _length(features.shape[2], 3_000)
        self.vocab = _length(_output(self._first, "logits").shape[-1], 0)
        """Length of the logits; 0 when the graph does not say."""
        self._first_outputs = [output.name for output in self._first.get_outputs()]
        self._step_outputs = [output.name for output in self._step.get_outputs()]
        self._step_inputs = [entry.name for entry in self._step.get_inputs()]
        self._renewed = {
            name.replace("present", "past_key_values"): name
            for name in self._step_outputs
            if name.replace("present", "past_key_values") in self._kept
        }

    def encode(self, features: Floats) -> Any:  # noqa: ANN401 - stays on the device
        """(mels, frames) float32 -> (1, frames / 2, D)."""
        given = features[None].astype(self._dtype, copy=False)
        return self._run(self._encoder, ["last_hidden_state"], {"input_features": given})[0]

    def start(self, prompt: Sequence[int], hidden: Any) -> tuple[Logits, Cache]:  # noqa: ANN401 - as above
        """The first pass over the prompt: logits (V,) after its last token, and the cache."""
        ids = np.array([prompt], np.int64)
        found = self._run(
            self._first, self._first_outputs, {"input_ids": ids, "encoder_hidden_states": hidden}
        )
        named = dict(zip(self._first_outputs, found, strict=True))
        cache = {past: named[present] for past, present in self._kept.items()}
        if "encoder_hidden_states" in self._step_inputs:  # older exports ask for it again
            cache["encoder_hidden_states"] = hidden
        return named["logits"][0, -1], cache

    def step(self, token: int, cache: Cache, position: int) -> Logits:
        """One cached step: logits (V,); the cache is renewed. ``position`` counts from 0."""
        given = {**cache, "input_ids": np.array([[token]], np.int64)}
        if "cache_position" in self._step_inputs:
            given["cache_position"] = np.array([position], np.int64)
        found = self._run(self._step, self._step_outputs, given)
        named = dict(zip(self._step_outputs, found, strict=True))
        for past, present in self._renewed.items():
            cache[past] = named[present]
        logits: Logits = named["logits"][0, -1]
        return logits

    def numbers(self, value: Any) -> NDArray[Any]:  # noqa: ANN401 - an array or a device tensor
        """A tensor as an array of this process."""
        return value if isinstance(value, np.ndarray) else np.asarray(value.numpy())

    def facts(self) -> dict[str, Any]:
        """Requested and actual providers, and the sessions' options as they are in force."""
        return runtime.facts(self._settings, self._encoder, self._first, self._step)

    def _run(
        self,
        session: Any,  # noqa: ANN401 - onnxruntime ships no types
        outputs: list[str],
        given: Mapping[str, Any],
    ) -> list[Any]:
        if not self._cuda:
            found: list[Any] = session.run(outputs, dict(given))
            return found
        # On the device the cache and the encoder's output stay where they are; only logits return.
        binding = session.io_binding()
        for name, value in given.items():
            if isinstance(value, np.ndarray):
                binding.bind_cpu_input(name, value)
            else:
                binding.bind_ortvalue_input(name, value)
        for name in outputs:
            binding.bind_output(name, "cpu" if name == "logits" else "cuda")
        session.run_with_iobinding(binding)
        return [
            value.numpy() if name == "logits" else value
            for name, value in zip(outputs, binding.get_outputs(), strict=True)
        ]


def _output(session: Any, name: str) -> Any:  # noqa: ANN401 - as above
    return next(entry for entry in session.get_outputs() if entry.name == name)


def _length(value: object, otherwise: int) -> int:
    """A fixed axis of a graph; names stand for free ones."""
    return value if isinstance(value, int) else otherwise

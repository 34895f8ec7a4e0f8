"""Run the acoustic model, on torch or on ONNX Runtime, and extract its log-probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from collector.speech import graph_names, runtime
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class Forward(Protocol):
    """One runtime with the model loaded."""

    vocab: int
    """Length V of the logits; 0 when not known."""

    def ready(self, samples: Floats) -> Any:  # noqa: ANN401 - a tensor or an array
        """Samples as input of the runtime, still on the CPU: (n,) float32 -> (1, n)."""

    def logits(self, samples: Any) -> Any:  # noqa: ANN401 - as above
        """The forward pass, including transfers to the device."""

    def emissions(self, logits: Any) -> Floats:  # noqa: ANN401 - as above
        """Log-softmax and extraction: (T, V) float32 in this process's memory."""

    def facts(self) -> dict[str, Any]:
        """Facts in force: provider, threads, version."""


class TorchForward:
    """``Wav2Vec2ForCTC`` in inference mode."""

    def __init__(self, model: Any, threads: int, device: str) -> None:  # noqa: ANN401 - torch is not imported yet
        """Raises BrokenEnvironmentError when CUDA is asked for and torch has none."""
        import torch

        self._torch, self._device = torch, runtime.torch_device(torch, device)
        torch.set_num_threads(threads)
        self._model = model.to(self._device)
        self.vocab = int(model.config.vocab_size)

    def ready(self, samples: Floats) -> Any:  # noqa: ANN401 - a tensor
        """A tensor on the CPU."""
        return self._torch.from_numpy(samples).unsqueeze(0)

    def logits(self, samples: Any) -> Any:  # noqa: ANN401 - a tensor
        """(1, n) -> (1, T, V) on the device."""
        with self._torch.inference_mode():
            return self._model(samples.to(self._device)).logits

    def emissions(self, logits: Any) -> Floats:  # noqa: ANN401 - a tensor
        """Log-softmax on the device, then the copy back."""
        with self._torch.inference_mode():
            found: Floats = self._torch.log_softmax(logits[0], dim=-1).cpu().numpy()
            return found

    def facts(self) -> dict[str, Any]:
        """Device and threads in force."""
        found = {
            "provider": next(self._model.parameters()).device.type,
            "threads in force": self._torch.get_num_threads(),
            "torch": self._torch.__version__,
        }
        if self._device.type == "cuda":
            found["cuda"] = self._torch.version.cuda
            found["gpu"] = self._torch.cuda.get_device_name()
        return found


class OrtForward:
    """An ONNX Runtime session of the exported graph."""

    def __init__(self, graph: Path, threads: int, device: str, *, spin: bool) -> None:
        """Raises BrokenEnvironmentError when the graph cannot be loaded.

        BrokenDataError when it is not one from samples (1, n) to logits (1, T, V).
        """
        self._settings = runtime.Settings(threads=threads, device=device, spin=spin)
        self._session = runtime.session(graph, self._settings)
        names = graph_names.of_session(self._session)
        self.vocab = check_graph(graph.name, names)
        self._input, self._output = names.inputs[0].name, names.outputs[0].name

    def ready(self, samples: Floats) -> Any:  # noqa: ANN401 - an array, here
        """(1, n) float32."""
        return samples[None, :]

    def logits(self, samples: Any) -> Any:  # noqa: ANN401 - an array, here
        """(1, n) -> (1, T, V) float32."""
        return self._session.run([self._output], {self._input: samples})[0]

    def emissions(self, logits: Any) -> Floats:  # noqa: ANN401 - an array, here
        """Log-softmax in numpy."""
        return log_softmax(logits[0])

    def facts(self) -> dict[str, Any]:
        """Requested and actual providers, and the session's options as they are in force."""
        return runtime.facts(self._settings, self._session)


def check_graph(file: str, names: graph_names.Names) -> int:
    """Length V of the logits, 0 when not known. Raises BrokenDataError.

    A graph of one input (batch, samples), whose first output is (batch, frames, labels).
    """
    if not names.inputs or not names.outputs:
        raise BrokenDataError(f"{file}: expected a graph with an input and an output, found none.")
    (given, *more), found = names.inputs, names.outputs[0]
    _check_shape(file, "input", given, ("batch", "samples"))
    _check_shape(file, "output", found, ("batch", "frames", "labels"))
    if more:
        raise BrokenDataError(f"{file}: nothing to give to the input {more[0].name}.")
    last = found.shape[-1] if found.shape else 0
    return last if isinstance(last, int) else 0


def _check_shape(file: str, kind: str, entry: graph_names.Entry, axes: tuple[str, ...]) -> None:
    if entry.shape and len(entry.shape) != len(axes):  # a graph may leave it open
        raise BrokenDataError(
            f"{file}: expected an {kind} of {', '.join(axes)}, found {entry.name} with"
            f" {len(entry.shape)} axes.",
            hint="Export a CTC model with `--task automatic-speech-recognition`.",
        )


def log_softmax(logits: Floats) -> Floats:
    """Over the last axis, shifted by the maximum so that nothing overflows; float32."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    found: Floats = shifted
    return found


def normalised(samples: Floats) -> Floats:
    """Zero mean and unit variance, as Wav2Vec2FeatureExtractor does it (its 1e-7 included)."""
    centred = samples - samples.mean()
    found: Floats = (centred / np.sqrt(np.square(centred).mean() + 1e-7)).astype(np.float32)
    return found

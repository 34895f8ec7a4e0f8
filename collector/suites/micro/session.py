"""Make the input of each operator and call it, in the child."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import scipy
import scipy.signal
import soxr
import torch

from collector.contract import WorkOutcome
from collector.speech import fingerprint, mel, runtime
from collector.suites.micro import operators

if TYPE_CHECKING:
    from collector.contract import Case, StageTimer, Work

Call = Callable[[], Any]
Built = tuple[Call, Callable[[], object]]
"""The call, and the function that resets its random numbers to the seed."""

SEED: Final = 42
PENALTY: Final = 1.05
TONE_HZ: Final = 440.0

# Window and hop of the two front ends: 24 kHz codec models and 16 kHz recognisers.
_FRONT_ENDS: Final = {24_000: (1024, 256), 16_000: (400, 160)}


class MicroSession:
    """One thread, synthetic input, nothing loaded."""

    def __init__(self, threads: int, device: str) -> None:
        """Pin torch to the threads of the process.

        Raises BrokenEnvironmentError when CUDA is asked for and torch has none.
        """
        self._device = runtime.torch_device(torch, device)
        torch.set_num_threads(threads)

    def facts(self) -> dict[str, Any]:
        """Threads in force and the versions of the libraries that do the work."""
        return {
            "threads": torch.get_num_threads(),
            "provider": torch.zeros(1, device=self._device).device.type,
            "torch": torch.__version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "soxr": soxr.__version__,
            "input": f"synthetic(seed={SEED})",
        }

    def prepare(self, case: Case) -> Work:
        """Build the input of one operator at one size."""
        return OperatorWork(*_build(case, self._device))

    def close(self) -> None:
        """Nothing is held."""


class OperatorWork:
    """One call of one operator."""

    def __init__(self, call: Call, reset: Callable[[], object]) -> None:
        """Store the call and the function that resets its random numbers."""
        self._call = call
        self._reset = reset

    def run(self, timer: StageTimer) -> object:
        """Call the operator once; the whole call is the sample."""
        del timer
        with torch.inference_mode():
            return self._call()

    def finish(self) -> WorkOutcome:
        """Fingerprint of one more call whose random numbers start from the seed."""
        self._reset()
        with torch.inference_mode():
            output = _on_cpu(self._call())
        if np.issubdtype(output.dtype, np.integer):
            return WorkOutcome(fingerprint=fingerprint.of_integers(output))
        return WorkOutcome(fingerprint=fingerprint.of_numbers(output))


def _on_cpu(output: Any) -> np.ndarray[Any, Any]:  # noqa: ANN401 - a tensor or an array
    return np.asarray(output.cpu() if isinstance(output, torch.Tensor) else output)


def logits(vocab: int) -> torch.Tensor:
    """``sin(i / 10) * 5``: (1, vocab) float32, many near ties and no zero spread."""
    return (torch.sin(torch.arange(vocab, dtype=torch.float32) * 0.1) * 5.0).unsqueeze(0)


def tone(rate: int, seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """A 440 Hz sine: (rate * seconds,) float32."""
    time = np.arange(round(rate * seconds)) / rate
    return np.sin(2 * np.pi * TONE_HZ * time).astype(np.float32)


def forbidden_tokens(vocab: int) -> torch.Tensor:
    """The last third but the end token, as codec vocabularies reserve it: (vocab,) bool.

    For 3072 that is 2048 to 3071 without 2150.
    """
    first = vocab * 2 // 3
    mask = torch.zeros(vocab, dtype=torch.bool)
    mask[first:] = True
    mask[first + 102] = False
    return mask


def _build(case: Case, device: torch.device) -> Built:
    return _BUILDERS[case.benchmark](case.params, case.variant.implementation, device)


def _nothing() -> None:
    return None


def _top_k(params: dict[str, str], form: str, device: torch.device) -> Built:
    scores, k, generator = (
        logits(int(params["vocab"])).to(device),
        int(params["k"]),
        torch.Generator(device),
    )
    draw = {"gather": operators.top_k_gather, "mask": operators.top_k_mask}[form]
    return lambda: draw(scores, k, generator), lambda: generator.manual_seed(SEED)


def _top_p(params: dict[str, str], _form: str, device: torch.device) -> Built:
    scores, p, generator = (
        logits(int(params["vocab"])).to(device),
        float(params["p"]),
        torch.Generator(device),
    )
    return lambda: operators.top_p_sort(scores, p, generator), lambda: generator.manual_seed(SEED)


def _temperature(params: dict[str, str], _form: str, device: torch.device) -> Built:
    scores = logits(int(params["vocab"])).to(device)
    return lambda: operators.temperature_softmax(scores), _nothing


def _repetition_penalty(params: dict[str, str], _form: str, device: torch.device) -> Built:
    vocab, count = int(params["vocab"]), int(params["previous"])
    scores = logits(vocab).to(device)
    # 7 shares no factor with the vocabulary sizes, so no token comes twice below the vocabulary.
    previous = ((torch.arange(count) * 7) % vocab).unsqueeze(0).to(device)
    return lambda: operators.repetition_penalty(scores, previous, PENALTY), _nothing


def _suppression(params: dict[str, str], _form: str, device: torch.device) -> Built:
    vocab = int(params["vocab"])
    scores, mask = logits(vocab).to(device), forbidden_tokens(vocab).to(device)
    return lambda: operators.suppress(scores, mask), _nothing


def _mel(params: dict[str, str], form: str, device: torch.device) -> Built:
    rate, mels = int(params["rate"]), int(params["mels"])
    n_fft, hop = _FRONT_ENDS[rate]
    samples = tone(rate, float(params["seconds"]))
    if form == "rfft":
        return lambda: mel.log_mel(samples, rate=rate, n_fft=n_fft, hop=hop, mels=mels), _nothing
    bank = torch.from_numpy(mel.filter_bank(rate, n_fft, mels).copy()).to(device)
    wave, window = torch.from_numpy(samples).to(device), torch.hann_window(n_fft, device=device)
    return lambda: operators.mel_stft(wave, window, bank, hop), _nothing


def _resample(params: dict[str, str], form: str, _device: torch.device) -> Built:
    source, target = int(params["from"]), int(params["to"])
    samples = tone(source, float(params["seconds"]))
    if form == "soxr":
        return lambda: soxr.resample(samples, source, target), _nothing
    common = int(np.gcd(source, target))
    up, down = target // common, source // common
    return lambda: scipy.signal.resample_poly(samples, up, down), _nothing


def _codes_to_tensor(params: dict[str, str], form: str, device: torch.device) -> Built:
    frames, books = int(params["frames"]), int(params["codebooks"])
    codes = np.random.default_rng(SEED).integers(0, 2048, (frames, books)).tolist()

    def from_list() -> torch.Tensor:
        return torch.tensor(codes, dtype=torch.int64, device=device).T.contiguous()

    def through_numpy() -> torch.Tensor:
        array = np.asarray(codes, dtype=np.int64)
        return torch.from_numpy(array).to(device).T.contiguous()

    return {"list": from_list, "numpy": through_numpy}[form], _nothing


_BUILDERS: Final[dict[str, Callable[[dict[str, str], str, torch.device], Built]]] = {
    "top_k": _top_k,
    "top_p": _top_p,
    "temperature": _temperature,
    "repetition_penalty": _repetition_penalty,
    "suppression": _suppression,
    "mel": _mel,
    "resample": _resample,
    "codes_to_tensor": _codes_to_tensor,
}

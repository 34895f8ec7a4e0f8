"""Load utterances and model in the child, and align all of them once per repeat."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from collector.contract import WorkOutcome
from collector.measure.cuda import torch_cuda
from collector.measure.device_memory import around_stages
from collector.measure.gpu import Gpu, open_gpu
from collector.measure.stage_memory import ItemPeaks, item_peaks
from collector.speech import audio, fingerprint, weights
from collector.suites.alignment import attention_memory, data, model, words
from collector.suites.alignment.export import cached, load_torch
from collector.suites.alignment.forward import Forward, OrtForward, TorchForward, normalised
from collector.suites.alignment.options import ERROR, AlignmentOptions
from collector.suites.alignment.viterbi import check_length, labels_of, viterbi
from history.words.errors import BrokenDataError, SoundmarkError

if TYPE_CHECKING:
    from collector.contract import Case, Process, StageTimer, Work
    from collector.speech.librispeech import Utterance
    from collector.speech.weights import Weights
    from collector.suites.alignment.words import Spans, Targets, Word

KEEP_SAMPLES = 64 * 2**20
"""Inputs up to 256 MB are kept; beyond that each is read again before its clock starts."""

Backend = Callable[[Any, Any, int], Any]
"""(log_probs, targets, blank) -> states, as ``viterbi`` gives them."""


class LoadedUtterance(NamedTuple):
    """One utterance that can be aligned."""

    position: int
    """Among the items of the case."""
    utterance: Utterance
    kept: Any
    """The model's input, or None when it is read again for every repeat."""
    targets: Targets
    facts: dict[str, float | int | str]


class Aligned(NamedTuple):
    """The result of the last repeat for one utterance."""

    spans: Spans
    confidences: Any


class AlignmentSession:
    """One runtime with one model over one list of utterances."""

    def __init__(self, process: Process, options: AlignmentOptions, workspace: Path) -> None:
        """Load or export the model, load or generate the utterances."""
        self._options = options
        own = model.read_folder(Path(options.model_dir)) if options.model_dir else None
        self._vocabulary = model.vocabulary() if own is None else own.vocabulary
        self._blank = model.BLANK if own is None else own.blank
        self._normalise = True if own is None else own.normalise
        self._config = model.configuration(options.size) if own is None else own.config
        self._kept = 0
        self._convolutions = model.Convolutions() if own is None else own.convolutions
        self._corpus = data.load(options, workspace)
        self._forward, self._weights = _forward(process, options, own, workspace)
        self._gpu = open_gpu() if options.device == "cuda" else None
        model.check_vocabulary(self._vocabulary, self._forward.vocab)

    def facts(self) -> dict[str, Any]:
        """Provider, threads, versions, and the hashes of weights and corpus."""
        return {
            **self._forward.facts(),
            **self._weights.facts(),
            "numpy": np.__version__,
            "dataset": self._corpus.name,
            "corpus": self._corpus.label,
        }

    def prepare(self, case: Case) -> Work:
        """Read and check every utterance. Raises BrokenDataError when none can be aligned."""
        ready: list[LoadedUtterance] = []
        errors: dict[str, str] = {}
        for position, utterance in enumerate(self._corpus.utterances):
            try:
                one = self._ready(position, utterance)
            except SoundmarkError as error:
                errors[utterance.id] = str(error)
                continue
            one.facts["warmup"] = case.sampling.warmup or 0
            one.facts["aggregate"] = case.sampling.aggregate
            ready.append(one)
        if not ready:
            first = next(iter(errors.values()), "there are none.")
            raise BrokenDataError(f"no utterance can be aligned; the first: {first}")
        backend = case.variant.implementation
        stride_s = self._convolutions.stride / audio.RATE
        best = Viterbi(backend, self._blank)
        warnings = [f"Left out of every number here: {reason}" for reason in errors.values()]
        if not (self._options.dataset_root or self._options.corpus) and (
            self._corpus.kind == "tones"
        ):
            warnings.append(
                "espeak-ng is not installed, so tones stand in for speech; install it (apt-get"
                ' install espeak-ng) for trends on speech, or set corpus = "tones" to keep these.'
            )
        return AlignmentWork(
            self._forward, best, self._input, stride_s, ready, errors, tuple(warnings), self._gpu
        )

    def close(self) -> None:
        """The process ends after this; nothing else to do."""

    def _ready(self, position: int, utterance: Utterance) -> LoadedUtterance:
        recorded = audio.read(
            utterance.path, max_seconds=self._options.max_seconds, convert=self._options.convert
        )
        began = time.perf_counter()
        samples = audio.converted(recorded)
        resample_s = time.perf_counter() - began
        targets = words.targets_of(utterance.text, self._vocabulary, utterance.id)
        frames = self._convolutions.frames(len(samples))
        try:
            check_length(frames, targets.labels)
        except BrokenDataError as error:
            raise BrokenDataError(f"{utterance.id}: {error.message}", hint=error.hint) from error
        if self._gpu is None:
            attention_memory.check(utterance.id, frames, self._config)
        given = self._given(samples)
        if len(samples) >= attention_memory.TRY_FROM_S * audio.RATE:
            attention_memory.try_once(
                utterance.id, lambda: self._forward.emissions(self._forward.logits(given))
            )
        labels = len(targets.labels)
        facts: dict[str, float | int | str] = {
            "duration_s": len(samples) / audio.RATE,
            "frames": frames,
            "labels": labels,
            "states": 2 * labels + 1,
            "ts_product": frames * (2 * labels + 1),
            "vocab_size": len(self._vocabulary),
            "words": len(targets.words),
            "audio": _place(utterance.path, self._options.dataset_root),
        }
        if self._options.convert:
            facts["resample_time"] = resample_s
        self._kept += len(samples)
        kept = given if self._kept <= KEEP_SAMPLES else None
        return LoadedUtterance(position, utterance, kept, targets, facts)

    def _given(self, samples: Any) -> Any:  # noqa: ANN401 - an array in, a tensor or an array out
        return self._forward.ready(normalised(samples) if self._normalise else samples)

    def _input(self, one: LoadedUtterance) -> Any:  # noqa: ANN401 - as above
        """The model's input of an utterance, from memory or from its file."""
        if one.kept is not None:
            return one.kept
        return self._given(audio.load(one.utterance.path, convert=self._options.convert))


class Viterbi:
    """A backend by name, bound to the model's blank."""

    def __init__(self, name: str, blank: int) -> None:
        """Raises ImportError when the backend cannot be loaded."""
        self.name, self._blank = name, blank
        self._best = _backend(name)

    def __call__(self, emissions: Any, targets: Targets) -> Any:  # noqa: ANN401 - an array
        """States of the best path: (T,) int64."""
        return self._best(emissions, targets.labels, self._blank)

    def mismatches(self, emissions: Any, targets: Targets) -> int:  # noqa: ANN401 - an array
        """Frames whose label is another one in our own Viterbi."""
        ours = viterbi(emissions, targets.labels, self._blank).states
        theirs = self(emissions, targets)
        labels = [labels_of(states, targets.labels, self._blank) for states in (ours, theirs)]
        return int(np.count_nonzero(labels[0] != labels[1]))


class AlignmentWork:
    """All utterances once, one after the other."""

    def __init__(
        self,
        forward: Forward,
        best: Viterbi,
        given: Callable[[LoadedUtterance], Any],
        stride_s: float,
        ready: list[LoadedUtterance],
        errors: dict[str, str],
        warnings: tuple[str, ...],
        gpu: Gpu | None,
    ) -> None:
        """Store the inputs of a repeat and a list for its results."""
        self._forward, self._best, self._given = forward, best, given
        self._stride_s = stride_s
        self._ready, self._errors, self._warnings = ready, errors, warnings
        self._gpu = gpu
        self._found: list[Aligned] = []
        self._peaks: ItemPeaks | None = None

    def keep_item_peaks(self, peaks: ItemPeaks) -> None:
        """The memory of each utterance, from the repeat that gave the peaks of the stages."""
        self._peaks = peaks

    def run(self, timer: StageTimer) -> object:
        """One repeat: the five stages of every utterance."""
        forward, best, given = self._forward, self._best, self._given
        found = []
        for one in self._ready:
            samples = given(one)
            timer.begin_item(one.position)
            logits = forward.logits(samples)
            timer.end_stage("forward_time")
            emissions = forward.emissions(logits)
            timer.end_stage("post_time")
            states = best(emissions, one.targets)
            timer.end_stage("dp_time")
            spans = words.group(states, one.targets)
            timer.end_stage("group_time")
            confidences = words.confidence(emissions, states, one.targets, spans)
            timer.end_stage("conf_time")
            timer.end_item()
            found.append(Aligned(spans, confidences))
        self._found = found
        return found

    def finish(self) -> WorkOutcome:
        """Words, fingerprints of their boundaries, sizes, and what could not be aligned."""
        items: dict[str, dict[str, float | int | str]] = {
            name: {ERROR: reason} for name, reason in self._errors.items()
        }
        texts, prints = {}, {}
        used = self._memory()
        for one, aligned in zip(self._ready, self._found, strict=True):
            name = one.utterance.id
            confidence = float(np.mean(aligned.confidences))
            items[name] = {**one.facts, **used.get(one.position, {}), "confidence": confidence}
            texts[name] = words.text_of(self._words(one, aligned))
            bounds = np.stack([aligned.spans.start, aligned.spans.end])
            prints[name] = fingerprint.of_integers(bounds)
        return WorkOutcome(
            fingerprint=fingerprint.of_text(f"{key} {prints[key]}" for key in sorted(prints)),
            items=items,
            texts=texts,
            fingerprints=prints,
            values=self._mismatches(),
            warnings=self._warnings,
        )

    def _words(self, one: LoadedUtterance, aligned: Aligned) -> tuple[Word, ...]:
        return words.words_of(one.targets, aligned.spans, aligned.confidences, self._stride_s)

    def _mismatches(self) -> dict[str, float]:
        """Frames on which another backend disagrees with ours, over all utterances."""
        if self._best.name == "numpy":
            return {}
        forward = self._forward
        emissions = (forward.emissions(forward.logits(self._given(one))) for one in self._ready)
        counts = (
            self._best.mismatches(found, one.targets)
            for found, one in zip(emissions, self._ready, strict=True)
        )
        return {"dp_frame_mismatches": float(sum(counts))}

    def _memory(self) -> ItemPeaks:
        """Position of an utterance -> bytes in use at its stages, on the device or in RAM."""
        if self._gpu is None:
            return item_peaks(self) if self._peaks is None else self._peaks
        return around_stages(self, self._gpu, torch_cuda())


def _place(path: Path, root: str) -> str:
    """Path of the audio relative to the data set's folder; never absolute."""
    if root and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return "/".join(path.parts[-3:])


def _forward(
    process: Process,
    options: AlignmentOptions,
    own: model.ModelFolder | None,
    workspace: Path,
) -> tuple[Forward, Weights]:
    if not process.name.startswith("onnxruntime"):
        loaded, known = load_torch(options.size, options.seed, own.path if own else None)
        return TorchForward(loaded, process.threads, options.device), known
    spin = "spin" in process.name.split("-")
    if own is not None and own.graph is not None:
        graph, known = own.graph, weights.of_graphs(own.name, own.graph)
    else:
        made = cached(workspace, options.size, options.seed, own.path if own else None)
        graph, known = made.graph, made.weights
    return OrtForward(graph, process.threads, options.device, spin=spin), known


def _backend(name: str) -> Backend:
    if name == "torchaudio":
        from collector.suites.alignment.torchaudio_backend import load

        return load()
    return lambda log_probs, labels, blank: viterbi(log_probs, labels, blank).states

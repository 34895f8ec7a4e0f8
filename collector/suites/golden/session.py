"""Load the graphs in a child without torch, run clips through them, and check the output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from collector.contract import WorkOutcome
from collector.measure.stage_timer import NoTimer
from collector.speech import audio, corpus, fingerprint, weights
from collector.suites.golden import checks, trace
from collector.suites.whisper import chunks, export, model
from collector.suites.whisper.length import Length
from collector.suites.whisper.loop import LoopDecoder, settings_of
from collector.suites.whisper.session import folder_and_weights
from collector.suites.whisper.text import Detokenizer
from history.items import outputs
from history.words.errors import BrokenDataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collector.contract import Case, Process, StageTimer, Work
    from collector.suites.golden.options import GoldenOptions

CORPUS: Final = 12
"""Generated utterances the clips are cut from; together they last longer than 30 s."""


class Loader:
    """Loads everything that a pipeline needs from files."""

    def __init__(self, process: Process, options: GoldenOptions, workspace: Path) -> None:
        """Export and quantise when the workspace does not hold the graphs yet."""
        whisper = options.whisper()
        self.folder, self.weights = folder_and_weights(whisper, workspace)
        self.graphs = self.folder.graphs
        if options.precision == "int8":
            self.graphs = export.quantised(workspace, self.graphs)
        self._settings = settings_of(process, whisper)
        self._limit = Length(whisper.tokens(), exactly=not options.onnx_dir)
        self._prompt = model.prompt(
            self.folder.generation, language=options.language, task=options.task, timestamps=False
        )

    def load(self) -> tuple[LoopDecoder, Detokenizer]:
        """Three sessions and the tokenizer."""
        decoder = LoopDecoder(
            self.graphs, self._settings, self.folder.generation, self._prompt, self._limit
        )
        return decoder, Detokenizer(self.folder.tokenizer, self.folder.generation, decoder.vocab)

    def size(self) -> int:
        """Bytes of the graphs, of weights kept beside them, and of the tokenizer."""
        graphs = (file for graph in self.graphs for file in weights.files_of(graph))
        return sum(file.stat().st_size for file in (self.folder.tokenizer, *graphs))


class GoldenSession:
    """One model, either loaded in every repeat or used."""

    def __init__(self, process: Process, options: GoldenOptions, workspace: Path) -> None:
        """Find the files; the cases load them."""
        self._options, self._workspace = options, workspace
        self._loader = Loader(process, options, workspace)
        self._loaded: tuple[LoopDecoder, Detokenizer] | None = None
        self._in_force: dict[str, Any] = {}

    def facts(self) -> dict[str, Any]:
        """Provider and session options in force, and the hash of the weights."""
        return {**self._in_force, **self._loader.weights.facts(), "numpy": np.__version__}

    def prepare(self, case: Case) -> Work:
        """Load the graphs for a clip. Raises BrokenDataError for a recording that is too short."""
        if case.benchmark == "load":
            work = LoadWork(self._loader)
            # Loaded once here and dropped, so that the facts say what is in force.
            self._in_force = self._loader.load()[0].facts()
            return work
        if self._loaded is None:
            self._loaded = self._loader.load()
            self._in_force = self._loaded[0].facts()
        decoder, detokenizer = self._loaded
        clip = self._clip(float(case.params["seconds"]))
        return PipelineWork(case, self._options, decoder, detokenizer, clip, self._loader)

    def close(self) -> None:
        """The process ends after this; nothing else to do."""

    def _clip(self, seconds: float) -> audio.Recorded:
        if self._options.audio:
            path = Path(self._options.audio)
            samples, rate = audio.read(path, convert=self._options.convert)
        else:
            made = corpus.synthetic(self._workspace, CORPUS, self._options.corpus)
            spoken = np.concatenate([audio.load(one.path) for one in made.utterances])
            samples, rate = spoken[:, None], audio.RATE
            path = Path("generated speech")
        wanted = round(seconds * rate)
        if len(samples) < wanted:
            raise BrokenDataError(
                f"{path.name}: expected at least {seconds:g} s, found {len(samples) / rate:.2f} s."
            )
        return audio.Recorded(samples[:wanted], rate)


class LoadWork:
    """Three sessions and a tokenizer from files the system has read before."""

    def __init__(self, loader: Loader) -> None:
        """Store the paths of the files."""
        self._loader = loader

    def run(self, timer: StageTimer) -> object:
        """One repeat; what was loaded lives until its clock has stopped."""
        del timer
        return self._loader.load()

    def finish(self) -> WorkOutcome:
        """The size of the files."""
        return WorkOutcome(values={"model_size": float(self._loader.size())})


class PipelineWork:
    """One clip, from samples in memory to text."""

    def __init__(
        self,
        case: Case,
        options: GoldenOptions,
        decoder: LoopDecoder,
        detokenizer: Detokenizer,
        clip: audio.Recorded,
        loader: Loader,
    ) -> None:
        """Store the inputs of a repeat."""
        self._case, self._options = case, options
        self._decoder, self._detokenizer, self._clip = decoder, detokenizer, clip
        self._samples = audio.converted(clip)
        self._weights_sha256 = loader.weights.sha256
        self._tokens: list[int] = []
        self._text = ""

    def run(self, timer: StageTimer) -> object:
        """One repeat."""
        timer.begin_item()
        samples = self._samples
        if self._options.convert:
            samples = audio.converted(self._clip)
            timer.end_stage("resample_time")
        tokens = self._decoder.decode(samples, timer)
        self._text = self._detokenizer.decode(tokens)
        timer.end_stage("detokenize_time")
        timer.end_item()
        self._tokens = tokens
        return tokens

    def finish(self) -> WorkOutcome:
        """The output of every stage, from a pass that is not timed, and its checks."""
        arrays: dict[str, NDArray[Any]] = {}
        again = self._decoder.decode(self._samples, NoTimer(), arrays)
        stages = {name: fingerprint.summary(found) for name, found in arrays.items()}
        prints = {name: fingerprint.of_numbers(found) for name, found in arrays.items()}
        tokens = tuple(self._tokens)
        item = self._case.items[0]
        facts: dict[str, float | int | str] = {
            "duration_s": len(self._samples) / audio.RATE,
            "padded_s": float(chunks.CHUNK_S),
            "tokens": len(tokens),
            "token_ids": " ".join(map(str, tokens)),
            "weights_sha256": self._weights_sha256,
            **outputs.facts_of(stages),
            **{f"{name}.fingerprint": value for name, value in prints.items()},
        }
        identity = fingerprint.of_integers(np.array(tokens, np.int64))
        invalid = checks.problem(tokens, self._text, stages)
        if not invalid and tuple(again) != tokens:
            invalid = "the same clip gave other tokens when it was decoded once more."
        warnings: tuple[str, ...] = ()
        if not invalid and self._options.trace:
            invalid, warnings = self._against_trace(tokens, stages)
        return WorkOutcome(
            fingerprint=identity,
            items={item: facts},
            texts={item: self._text},
            fingerprints={item: identity},
            values={"tokens": float(len(tokens))},
            invalid=invalid,
            warnings=warnings,
        )

    def _against_trace(
        self, tokens: tuple[int, ...], stages: dict[str, outputs.Summary]
    ) -> tuple[str, tuple[str, ...]]:
        """How the output differs from the saved trace; a warning when the trace lacks the clip."""
        saved = trace.load(Path(self._options.trace))
        clip = trace.clip_for(saved, self._case.params, self._options.precision)
        if clip is None:
            return "", ("The golden trace has no such clip, so the output was not compared.",)
        found = trace.differences(clip, tokens, stages, self._options.trace_tolerance)
        if not found:
            return "", ()
        more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
        return f"the output is not that of the golden trace; {found[0]}{more}", ()

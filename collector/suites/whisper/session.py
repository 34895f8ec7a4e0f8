"""Load files and model in the child, and transcribe all of the files once per repeat."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec
import numpy as np

from collector.contract import WorkOutcome
from collector.speech import audio, error_rates, fingerprint, weights
from collector.suites.whisper import chunks, export, files, limits, model
from collector.suites.whisper.length import Length
from collector.suites.whisper.options import ERROR, folder_of, torch_folder
from collector.suites.whisper.text import Detokenizer
from history.words.errors import BrokenDataError, SoundmarkError

if TYPE_CHECKING:
    from collector.contract import Case, Process, StageTimer, Work
    from collector.speech.audio import Floats
    from collector.speech.librispeech import Utterance
    from collector.speech.weights import Weights
    from collector.suites.whisper.options import WhisperOptions


class Decoder(Protocol):
    """One implementation with the model loaded."""

    first_token_ns: int
    """``time.perf_counter_ns`` at the first token of the last piece."""
    vocab: int
    """Length of the logits; 0 when not known."""

    def decode(self, samples: Floats, timer: StageTimer) -> list[int]:
        """Tokens of at most 30 s, prompt and end left out; gives its stages to ``timer``."""

    def facts(self) -> dict[str, Any]:
        """What is in force."""


class Transcript(NamedTuple):
    """The result of the last repeat for one file."""

    tokens: tuple[int, ...]
    made: int
    """Number of tokens of all pieces, including duplicates in the overlaps."""
    text: str


class LoadedFile(NamedTuple):
    """One file that can be transcribed."""

    position: int
    """Among the items of the case."""
    file: Utterance
    seconds: float
    pieces: int


class WhisperSession:
    """One implementation with one model over one list of files."""

    def __init__(self, process: Process, options: WhisperOptions, workspace: Path) -> None:
        """Load or export the model, find or generate the files."""
        self._options = options
        # Set before anything counts cores: thread pools are sized by what is allowed.
        if options.cpuset:
            limits.keep_to(options.cpuset)
        limit = limits.of_process(process.name)
        self._applied = (
            limits.Applied(limit, started=bool(process.under)) if limit is not None else None
        )
        self._corpus = files.load(
            workspace, options.audio_dir, options.corpus, options.files, convert=options.convert
        )
        folder, self._weights = folder_and_weights(options, workspace)
        own = folder_of(options)
        prompt = model.prompt(
            folder.generation,
            language=options.language,
            task=options.task,
            timestamps=options.timestamps,
        )
        length = Length(options.tokens(), exactly=own is None)
        self._decoder: Decoder
        if process.name.startswith("torch"):
            from collector.suites.whisper.baseline import GenerateDecoder

            self._decoder = GenerateDecoder(
                options,
                folder.generation,
                length,
                len(prompt),
                threads=process.threads,
                weights_folder=torch_folder(options, own) if own else None,
            )
        else:
            from collector.suites.whisper.loop import LoopDecoder, settings_of

            graphs = folder.graphs
            if "int8" in process.name.split("-"):
                graphs = export.quantised(workspace, folder.graphs)
            self._decoder = LoopDecoder(
                graphs,
                settings_of(process, options),
                folder.generation,
                prompt,
                length,
                timestamps=options.timestamps,
            )
        self._detokenizer = Detokenizer(folder.tokenizer, folder.generation, self._decoder.vocab)

    def facts(self) -> dict[str, Any]:
        """Provider, session options, versions, and the hashes of weights and corpus."""
        return {
            **self._decoder.facts(),
            **self._weights.facts(),
            **(self._applied.facts() if self._applied is not None else {}),
            **({"cpuset": self._options.cpuset} if self._options.cpuset else {}),
            "numpy": np.__version__,
            "dataset": self._corpus.name,
            "corpus": self._corpus.label,
            "language": self._options.language,
            "task": self._options.task,
            "max_new_tokens": self._options.tokens(),
            "timestamps": self._options.timestamps,
        }

    def prepare(self, case: Case) -> Work:
        """Check every file. Raises BrokenDataError when none can be transcribed."""
        del case
        ready: list[LoadedFile] = []
        errors: dict[str, str] = {}
        for position, file in enumerate(self._corpus.utterances):
            try:
                count = len(audio.load(file.path, convert=self._options.convert))
            except SoundmarkError as error:
                errors[file.id] = str(error)
                continue
            pieces = len(chunks.cut(count, audio.RATE))
            ready.append(LoadedFile(position, file, count / audio.RATE, pieces))
        if not ready:
            first = next(iter(errors.values()), "there are none.")
            raise BrokenDataError(f"no file can be transcribed; the first: {first}")
        return WhisperWork(self._decoder, self._detokenizer, self._options, ready, errors)

    def close(self) -> None:
        """Leave the control group; the process ends after this."""
        if self._applied is not None:
            self._applied.release()


class WhisperWork:
    """All files once, one after the other."""

    def __init__(
        self,
        decoder: Decoder,
        detokenizer: Detokenizer,
        options: WhisperOptions,
        ready: list[LoadedFile],
        errors: dict[str, str],
    ) -> None:
        """Store the inputs of a repeat and a list for its results."""
        self._decoder, self._detokenizer, self._options = decoder, detokenizer, options
        self._ready, self._errors = ready, errors
        self._found: list[Transcript] = []

    def run(self, timer: StageTimer) -> object:
        """One repeat: every stage of every file."""
        decoder, stamps = self._decoder, self._options.timestamps
        convert = self._options.convert
        found = []
        for one in self._ready:
            timer.begin_item(one.position)
            began = time.perf_counter_ns()
            recorded = audio.read(one.file.path, convert=convert)
            if convert:
                timer.end_stage("audio_load_time")
            samples = audio.converted(recorded)
            timer.end_stage("resample_time" if convert else "audio_load_time")
            pieces: list[list[int]] = []
            first = 0
            parts = chunks.cut(len(samples), audio.RATE)
            for part in parts:
                piece = decoder.decode(samples[part.start : part.stop], timer)
                pieces.append(self._detokenizer.moved(piece, part.start / audio.RATE))
                first = first or decoder.first_token_ns
            tokens = chunks.join(pieces, [(part.stop - part.start) / audio.RATE for part in parts])
            text = self._detokenizer.decode(tokens, timestamps=stamps)
            timer.end_stage("detokenize_time")
            timer.record("first_token_time", (first - began) / 1e9)
            timer.end_item()
            found.append(Transcript(tokens, sum(map(len, pieces)), text))
        self._found = found
        return found

    def finish(self) -> WorkOutcome:
        """Transcripts, their fingerprints, their errors, and what could not be transcribed."""
        items: dict[str, dict[str, float | int | str]] = {
            name: {ERROR: reason} for name, reason in self._errors.items()
        }
        texts, prints = {}, {}
        for one, said in zip(self._ready, self._found, strict=True):
            name = one.file.id
            items[name] = {
                "duration_s": one.seconds,
                "chunks": one.pieces,
                "padded_s": float(one.pieces * chunks.CHUNK_S),
                "tokens": said.made,
                "text_sha256": hashlib.sha256(said.text.encode()).hexdigest(),
            }
            if self._options.write_txt:
                texts[name] = said.text
                items[name]["token_ids"] = " ".join(map(str, said.tokens))
            prints[name] = fingerprint.of_integers(np.array(said.tokens, np.int64))
            if self._options.own and one.file.text:
                items[name] |= error_rates.facts(
                    one.file.text, said.text, self._options.normalisation
                )
        return WorkOutcome(
            fingerprint=fingerprint.of_text(f"{key} {prints[key]}" for key in sorted(prints)),
            items=items,
            texts=texts,
            fingerprints=prints,
            values={"tokens": float(sum(said.made for said in self._found))},
            warnings=tuple(
                f"Left out of every number here: {reason}" for reason in self._errors.values()
            ),
        )


def folder_and_weights(
    options: WhisperOptions, workspace: Path
) -> tuple[model.ModelFolder, Weights]:
    """The user's folder, its graphs exported if it has none, or the export of synthetic weights."""
    own = folder_of(options)
    if own is not None and own.graphs:
        return own, weights.of_graphs(own.name, *own.graphs)
    if own is not None and own.weights is not None:
        exported = export.of_weights(workspace, own.weights)
        graphs = tuple(exported.folder / name for name in model.GRAPHS)
        return msgspec.structs.replace(own, graphs=graphs), exported.weights
    made = export.cached(workspace, options.size, options.seed)
    return model.read_folder(made.folder), made.weights

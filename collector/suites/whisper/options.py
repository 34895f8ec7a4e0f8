"""Options of the whisper suite, and their checks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from collector.contract import NonNegativeInt, Place, PositiveInt
from collector.speech import graph_names
from collector.suites.whisper import limits, model, tensors
from history.words.errors import UsageError

Tokens = Annotated[int, msgspec.Meta(ge=1, le=444)]
"""Whisper's decoder holds 448 positions, four of them for the prompt."""

OWN: Final = "own-loop"
BASELINE: Final = "hf-generate"

ERROR: Final = "error"
"""Fact of a file that could not be transcribed: the reason."""


class WhisperOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Its table in the configuration file."""

    size: str = "micro"
    """Synthetic model: ``micro`` (0.5 M) or ``base`` (72.6 M parameters)."""
    seed: int = 0
    """Seed of the synthetic weights."""
    onnx_dir: Place = ""
    """Own model instead: a folder as optimum writes it, with three graphs, tokenizer.json and
    generation_config.json."""
    model_dir: Place = ""
    """Own model as transformers saves it. Alone, the graphs are exported from it, with its
    tokenizer; together with onnx_dir it provides the weights of the baseline (default: those in
    onnx_dir).
    """
    tokenizer_json: Place = ""
    """Another tokenizer file than the one in onnx_dir."""
    audio_dir: Place = ""
    """Own audio instead of generated speech: a folder; ``<name>.txt`` beside a file is its text."""
    convert: bool = False
    """Mix down and resample audio that is not 16 kHz mono, timed as ``resample_time``."""
    files: NonNegativeInt | None = None
    """How many, in order of name; 0 takes all of an own folder. Default: 3 generated, all of an own
    folder."""
    corpus: Literal["", "espeak", "tones"] = ""
    """Generated speech: ``espeak``, ``tones``, or empty for what this machine has."""
    language: str = "en"
    """Language code of the model."""
    task: str = "transcribe"
    """``transcribe`` or ``translate``."""
    max_new_tokens: Tokens | None = None
    """Tokens of every 30 s. Default: exactly 32 with synthetic weights, at most 128 with own ones.
    """
    timestamps: bool = False
    """Request timestamps from the model, and write them into the text."""
    beam: int = 1
    """Width of the search; only 1, which is greedy."""
    normalisation: Literal["words", "cased", "none"] = "words"
    """Of texts before errors are counted: ``words`` (lower case, no punctuation), ``cased`` (upper
    and lower case as written) or ``none``."""
    write_txt: bool = True
    """Store transcripts in the record; otherwise only their hashes."""
    implementations: tuple[Literal["own-loop", "hf-generate"], ...] = (OWN, BASELINE)
    """Implementations: our loop over the graphs, and transformers' ``generate``."""
    precisions: tuple[Literal["fp32", "int8"], ...] = ("fp32", "int8")
    """Precisions of the graphs; ``int8`` by dynamic quantisation. The quick profile takes the
    first, except with limits.
    """
    threads: tuple[PositiveInt, ...] | None = None
    """Default: 1 in the quick profile, 1 and 2 in the nightly one. Only own-loop in fp32 is
    measured with all of them, the others with the first."""
    spinning: tuple[bool, ...] | None = None
    """Whether waiting threads of ONNX Runtime spin. Default: no in the quick profile, both ways in
    the nightly one; not varied with one thread, where nothing waits.
    """
    limits: tuple[str, ...] = ()
    """Limits of a process in cores and GiB, such as ``4c4g``. With any, every implementation and
    precision is measured with every number of threads.
    """
    container: str = ""
    """Comparison within one container, such as ``4c4g``: that limit, as many threads as cores, on
    the first cores of this machine; a smaller machine takes what fits.
    """
    cpuset: str = ""
    """Cores that every process is kept on, such as ``0-3``."""
    inter_op: PositiveInt = 1
    """Threads of ONNX Runtime for graph nodes side by side; used by ``parallel`` alone."""
    execution_mode: Literal["sequential", "parallel"] = "sequential"
    """Whether ONNX Runtime runs graph nodes one after the other or side by side."""
    graph_opt: Literal["all", "extended", "basic", "disabled"] = "all"
    """Level of ONNX Runtime's graph optimisations."""
    cpu_mem_arena: bool = True
    """Whether ONNX Runtime keeps freed memory in its arena."""
    mem_pattern: bool = True
    """Whether it plans memory from earlier calls."""
    device: Literal["cpu", "cuda"] = "cpu"
    """Device that the model runs on."""
    warmup: NonNegativeInt | None = None
    """Repeats before the first sample. Default: 1."""
    repeats: PositiveInt | None = None
    """Samples. Default: 4 quick, 12 nightly."""

    def tokens(self) -> int:
        """Most tokens generated for every 30 s."""
        if self.max_new_tokens is not None:
            return self.max_new_tokens
        return 128 if self.own else 32

    @property
    def own(self) -> bool:
        """Whether the user's own model is measured."""
        return bool(self.onnx_dir or self.model_dir)


class WhisperFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files that the whisper suite can write from a run."""

    table_out: str = ""
    """Write the table of all ways of whisper, summary_table.md and .csv, into this folder."""


def settled(options: WhisperOptions) -> WhisperOptions:
    """The options with ``container`` expanded; options stated explicitly take precedence.

    Raises UsageError where limits are stated as well.
    """
    if not options.container:
        return options
    if options.limits:
        raise UsageError(
            "suite whisper: container and limits both say within what it is measured.",
            hint="State one of them: container is one limit, with its threads and its cores.",
        )
    limit = limits.parse(options.container, "container")
    return msgspec.structs.replace(
        options,
        limits=(limit.text,),
        threads=options.threads or (limit.cores,),
        cpuset=options.cpuset or limits.first_cores(limit),
    )


def folder_of(options: WhisperOptions) -> model.ModelFolder | None:
    """The user's folder, or None with synthetic weights."""
    tokenizer = Path(options.tokenizer_json) if options.tokenizer_json else None
    if options.onnx_dir:
        return model.read_folder(Path(options.onnx_dir), tokenizer)
    return model.read_weights(Path(options.model_dir), tokenizer) if options.model_dir else None


def torch_folder(options: WhisperOptions, own: model.ModelFolder) -> Path | None:
    """Folder of transformers' weights for the baseline."""
    return Path(options.model_dir) if options.model_dir else own.weights


def check(options: WhisperOptions) -> None:
    """Raise UsageError for a value that cannot be."""
    config = model.generation_config(options.size)
    if options.beam != 1:
        raise UsageError(
            f"suite whisper: beam: expected 1, found {options.beam}.",
            hint="Decoding is greedy; a wider beam would be other work.",
        )
    for text in options.limits:
        limits.parse(text)
    if options.cpuset:
        limits.cpuset(options.cpuset)
    own = folder_of(options)
    if own is not None:
        _check_files(options, own)
    generation = own.generation if own else _synthetic(config)
    model.prompt(
        generation, language=options.language, task=options.task, timestamps=options.timestamps
    )


def _check_files(options: WhisperOptions, own: model.ModelFolder) -> None:
    """Check that graphs and weights fit the options. Raises a SoundmarkError."""
    names = [found for graph in own.graphs if (found := graph_names.read(graph)) is not None]
    if names:
        tensors.cache_pairs(names)
    weights = torch_folder(options, own)
    if weights is not None and BASELINE in options.implementations:
        model.check_weights(weights, "model_dir" if options.model_dir else "onnx_dir")


def _synthetic(config: dict[str, object]) -> model.Generation:
    return model.parse_generation(msgspec.json.encode(config), model.GENERATION)

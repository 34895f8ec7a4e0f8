"""Options of a command suite."""

from __future__ import annotations

from typing import Literal

import msgspec

from collector.contract import NonNegativeInt, PositiveInt

Value = str | int | float
Line = str | tuple[str, ...]
"""A command: one text that is split as a shell would, or its arguments."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table."""


class Reads(_Table, frozen=True, kw_only=True):
    """One result of the program."""

    format: str
    """Name of a format that can parse a run, or ``regex``."""
    path: str = ""
    """File, or folder as criterion's, relative to ``cwd``; empty reads what was printed."""
    stream: Literal["stdout", "stderr"] = "stdout"
    """Output stream that is read when there is no ``path``."""
    append: bool = False
    """Whether the program appends to the file: then only new content is read after a run."""
    pattern: str = ""
    """Regular expression over the output; ``(?P<forward_time>...)`` names a metric."""
    metric: str = ""
    """Metric of the first group of the pattern, if no group has a name."""
    unit: str = ""
    """Unit of what the pattern finds; empty takes the metric's base unit."""
    most_bytes: PositiveInt = 256 * 2**20
    """Most bytes of one run's results; with more, the run has failed."""


class VariantTable(_Table, frozen=True, kw_only=True):
    """``[[suite.variants]]``: one variant, with the fields that identify it and what it changes."""

    implementation: str = ""
    runtime: str = ""
    device: str = ""
    precision: str = ""
    threads: Value = ""
    """Also set as OMP_NUM_THREADS and the like."""
    features: str = ""
    weights: str = ""
    dataset: str = ""
    env: dict[str, Value] = {}
    run: Line = ""
    """Instead of the suite's."""
    build: Line = ""
    """Instead of the suite's."""


class CommandOptions(_Table, frozen=True, kw_only=True):
    """``[[suite]]`` with ``use = "command"``.

    ``{name}`` in commands, paths and values of ``env`` stands for a parameter of the matrix, a
    field of the variant, or ``{scratch}``: an empty folder for each run. ``{{name}}`` is the text
    ``{name}``.
    """

    name: str = "command"
    """Name of the suite on every page."""
    benchmark: str = ""
    """Name of the benchmark; empty takes the suite's name."""
    run: Line = ""
    build: Line = ""
    """Run once before anything is measured; its time is ``build_time``."""
    cwd: str = "."
    """Relative to the folder of the configuration file."""
    env: dict[str, Value] = {}
    """Added to the environment that soundmark was started with."""
    reads: str | Reads | tuple[Reads, ...] = ()
    """A format read from standard output, or tables."""
    matrix: dict[str, tuple[Value, ...]] = {}
    """Parameter -> values; every combination is measured."""
    variants: tuple[VariantTable, ...] = ()
    cores: tuple[int, ...] | Literal["quietest"] = ()
    """Processor cores to pin the program to; empty does not pin. ``quietest`` is the one core with
    the least other load, chosen again regularly; for programs of one thread.
    """
    warmup: NonNegativeInt | None = None
    """Runs before the first sample; None takes 1, or 0 for tools that repeat by themselves."""
    repeats: PositiveInt | None = None
    """Runs; None takes 3 (quick) or 10 (nightly), or 1 for tools that repeat by themselves."""
    timeout_s: float = 600.0
    build_timeout_s: float = 900.0
    process: bool | None = None
    """Whether the whole process is measured; None: unless a tool repeats by itself."""
    counts: Literal["", "callgrind", "perf"] = ""
    """Count instructions, with ``callgrind`` allocations too, in two further runs that are not
    timed; empty counts nothing.
    """
    fingerprint: str = ""
    """File whose content must stay the same, or ``stdout``; empty takes none."""

    def readings(self) -> tuple[Reads, ...]:
        """``reads`` as tables."""
        if isinstance(self.reads, str):
            return (Reads(format=self.reads),) if self.reads else ()
        return (self.reads,) if isinstance(self.reads, Reads) else self.reads

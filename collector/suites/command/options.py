"""Say what the table of a command suite may hold."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Value = str | int | float
Line = str | tuple[str, ...]
"""A command: one text that is split as a shell would, or its arguments."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table."""


class Reads(_Table, frozen=True, kw_only=True):
    """One thing the program leaves."""

    format: str
    """Name of a format that can parse a run, or ``regex``."""
    path: str = ""
    """File, or folder as criterion's, relative to ``cwd``; empty reads what was printed."""
    stream: Literal["stdout", "stderr"] = "stdout"
    """Which output is read when there is no ``path``."""
    append: bool = False
    """The program adds to the file: only what is new after a run is read."""
    pattern: str = ""
    """Regular expression over the output; ``(?P<forward_time>...)`` names a metric."""
    metric: str = ""
    """What the first group of the pattern is, where no group has a name."""
    unit: str = ""
    """Unit of what the pattern finds; empty takes the metric's base unit."""
    most_bytes: Annotated[int, msgspec.Meta(ge=1)] = 256 * 2**20
    """What one run may leave of it; more is no result, and the run has failed."""


class VariantTable(_Table, frozen=True, kw_only=True):
    """``[[suite.variants]]``: one way to run it, with what names it and what it changes."""

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
    """Name of what is measured; empty takes the suite's."""
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
    """Processor cores to pin the program to; empty leaves it free. ``quietest`` is one core, the
    one where others have least to do, looked for again and again; for programs of one thread."""
    warmup: int | None = None
    """Runs before the first sample; None takes 1, or 0 for tools that repeat by themselves."""
    repeats: int | None = None
    """Runs; None takes 3 (quick) or 10 (nightly), or 1 for tools that repeat by themselves."""
    timeout_s: float = 600.0
    build_timeout_s: float = 900.0
    process: bool | None = None
    """Whether the whole process is measured; None: unless a tool repeats by itself."""
    counts: Literal["", "callgrind", "perf"] = ""
    """Count instructions, with ``callgrind`` allocations too, in two further runs that nothing else
    is taken of; empty counts nothing."""
    fingerprint: str = ""
    """File whose content must stay the same, or ``stdout``; empty takes none."""

    def readings(self) -> tuple[Reads, ...]:
        """``reads`` as tables."""
        if isinstance(self.reads, str):
            return (Reads(format=self.reads),) if self.reads else ()
        return (self.reads,) if isinstance(self.reads, Reads) else self.reads

"""List the compared ways of transcribing: implementation, precision, threads, spinning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collector.contract import Process
from collector.suites.whisper import limits
from collector.suites.whisper.options import BASELINE, OWN
from history.words.records import Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collector.suites.whisper.options import WhisperOptions


def ways(options: WhisperOptions, profile: str) -> Iterator[tuple[Process, Variant]]:
    """One process for each way; weights and data set are added later.

    Only the first precision of our loop gets the whole matrix of threads and spinning; the others
    are compared with it. Within limits the matrix is asked for, and everything is measured with
    everything.
    """
    quick = profile == "quick"
    asked = options.threads or ((1,) if quick else (1, 2))
    spins = options.spinning or ((False,) if quick or options.limits else (False, True))
    for limit in _limits(options) or ("",):
        counts = asked
        if limit and limit not in options.limits:  # what fits here of a larger one
            counts = tuple(dict.fromkeys(min(n, limits.parse(limit).cores) for n in asked))
        if OWN in options.implementations:
            for precision in options.precisions[:1] if quick and not limit else options.precisions:
                full = bool(limit) or precision == options.precisions[0]
                for count in counts if full else counts[:1]:
                    # With one thread nothing waits, so spinning is not varied.
                    varied = (spins if full else spins[:1]) if count > 1 else (False,)
                    for spin in varied:
                        yield _own(options, precision, count, spin=spin, limit=limit)
        if BASELINE in options.implementations:
            for count in counts if limit else counts[:1]:
                yield _baseline(options, count, limit)


def _limits(options: WhisperOptions) -> tuple[str, ...]:
    """The requested limits, and those that fit this machine; the others are skipped."""
    asked = [limits.parse(text) for text in options.limits]
    fitting = [limits.fitting(one) for one in asked]
    return tuple(dict.fromkeys(one.text for one in (*asked, *fitting)))


def _own(
    options: WhisperOptions, precision: str, count: int, *, spin: bool, limit: str
) -> tuple[Process, Variant]:
    features = [*(["spin"] if spin else []), *_switches(options), *([limit] if limit else [])]
    parts = ["onnxruntime", f"{count}t", precision, *features]
    variant = Variant(
        implementation=OWN,
        runtime="onnxruntime",
        device=options.device,
        precision=precision,
        threads=str(count),
        features="+".join(features),
    )
    return Process(name="-".join(parts), threads=count, light=True, under=_under(limit)), variant


def _baseline(options: WhisperOptions, count: int, limit: str) -> tuple[Process, Variant]:
    variant = Variant(
        implementation=BASELINE,
        runtime="torch",
        device=options.device,
        precision="fp32",
        threads=str(count),
        features=limit,
    )
    name = "-".join(["torch", f"{count}t", *([limit] if limit else [])])
    return Process(name=name, threads=count, under=_under(limit)), variant


def _under(limit: str) -> tuple[str, ...]:
    return limits.starter(limits.parse(limit)) if limit else ()


def _switches(options: WhisperOptions) -> list[str]:
    """Session options that differ from the default and therefore define another series."""
    found = [] if options.graph_opt == "all" else [f"graph_{options.graph_opt}"]
    found += [] if options.execution_mode == "sequential" else [options.execution_mode]
    found += [] if options.inter_op == 1 else [f"inter_{options.inter_op}"]
    found += [] if options.cpu_mem_arena else ["no_arena"]
    return found + ([] if options.mem_pattern else ["no_mem_pattern"])

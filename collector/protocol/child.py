"""Measure what the parent asks for: the program a child process runs.

``python -m collector.protocol.child READ WRITE`` takes commands from one descriptor and answers on
another. Everything a suite prints goes to the log. The child decides nothing: how long to go on,
what a sample means and what becomes of a failure are the parent's business.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec

from collector.contract import Case, Process
from collector.measure import cuda, memory
from collector.measure.clock import Clock, system_clock
from collector.measure.cuda import Cuda, EventTimer, Watch
from collector.measure.gpu import Gpu, open_gpu
from collector.measure.loop import CAPACITY, Sampler
from collector.measure.report import Block, Finished, Warm
from collector.measure.stage_memory import stage_peaks, whole_peak
from collector.measure.stage_timer import UndeclaredStageError, WallTimer
from collector.protocol import messages, orphan_guard
from collector.suites import registry
from history.words.errors import SoundmarkError

if TYPE_CHECKING:
    from collector.contract import Session, Work

HEAVY: Final = ("torch", "transformers")
"""Packages that a light child must not import: their memory would be measured too."""
PEAKS: Final = ("peak_rss", "gpu_allocated_peak")
"""Metrics for which a case with stages also gets the peak of each stage."""
NOW: Final = frozenset({"rss", "pss", "uss"})
"""Metrics of current memory, read when a case has any of them."""
MAX_CELLS: Final = 200_000
"""Stage times buffered for one round; with many items a round holds fewer samples."""


class _OnDevice(msgspec.Struct, frozen=True):
    """The instruments of a case on a GPU."""

    cuda: Cuda | None
    gpu: Gpu | None
    watch: Watch | None


class _Held(msgspec.Struct, kw_only=True):
    """A prepared case."""

    case: Case
    work: Work
    sampler: Sampler
    device: _OnDevice | None = None
    stages: dict[str, float] | None = None
    """The peak memory of each stage, once measured."""
    peak_reset: bool = False
    sampled: bool = False


class Child:
    """The state between two commands."""

    def __init__(
        self, clock: Callable[[Process], Clock], tell: Callable[[messages.Progress], None]
    ) -> None:
        self._clock_for = clock
        self._tell = tell
        self._session: Session | None = None
        self._process = Process(name="")
        self._held: dict[int, _Held] = {}

    def answer(self, command: messages.Command) -> messages.Answer:
        """Execute one command. Exceptions of a suite become a Problem."""
        try:
            return self._dispatch(command)
        except (ImportError, FileNotFoundError) as error:
            # Once the work runs, a missing file is an error and not a missing requirement.
            early = isinstance(command, messages.Open | messages.Prepare)
            return messages.Problem(reason=_describe(error), missing=early)
        except (SoundmarkError, UndeclaredStageError) as error:
            return messages.Problem(reason=str(error), log=getattr(error, "log", ()))
        except Exception as error:  # noqa: BLE001 - a suite may raise anything, and the next case must still run
            traceback.print_exc()  # to the log
            return messages.Problem(reason=_describe(error))

    def _dispatch(self, command: messages.Command) -> messages.Answer:
        match command:
            case messages.Open():
                return self._open(command)
            case messages.Prepare():
                return self._prepare(command)
            case messages.WarmUp():
                return self._warm_up(self._held[command.key])
            case messages.Round():
                return self._round(self._held[command.key], command)
            case messages.Finish():
                return self._finish(command.key)
            case messages.Quit():
                if self._session is not None:
                    self._session.close()
                return messages.Bye()

    def _open(self, command: messages.Open) -> messages.Ready:
        suite = registry.load(command.suite)
        options = msgspec.convert(command.options, suite.options)
        self._process = command.process
        if not command.process.light:
            gc.disable()  # going through all of torch again and again is a tenth of its import
        try:
            self._session = suite.open(
                command.process, options, command.profile, Path(command.workspace)
            )
        finally:
            gc.enable()
        gc.collect()
        # What is imported now stays: with torch loaded, every later collection would take 0.1 s.
        gc.freeze()
        return messages.Ready(facts=self._facts())

    def _prepare(self, command: messages.Prepare) -> messages.Prepared:
        began = time.perf_counter()
        case = command.case
        work = self._opened().prepare(case)
        cells = max(1, len(case.items)) * max(1, len(case.stages))
        capacity = max(1, min(CAPACITY, MAX_CELLS // cells))
        clock = self._clock_for(self._process)
        recorded = [metric for metric in case.metrics if metric not in case.stages]
        shape = (clock, case.stages, len(case.items), capacity, recorded)
        device = _device() if cuda.on_device(case) else None
        if device is None or device.cuda is None:
            timer = WallTimer(*shape)
        elif case.variant.runtime == "torch":
            timer = EventTimer(device.cuda, *shape)
        else:
            # Another runtime has its own streams, which torch's events do not cover.
            timer = WallTimer(*shape)
            timer.synchronise = device.cuda.synchronise
        if device is not None and device.watch is not None:
            timer.accept = device.watch.accept
        timer.tell = self._progress
        self._held[command.key] = _Held(
            case=case, work=work, sampler=Sampler(work, timer, clock, capacity), device=device
        )
        gc.collect()
        return messages.Prepared(seconds=time.perf_counter() - began)

    def _progress(self, done: int, total: int) -> None:
        self._tell(messages.Progress(done=done, total=total))

    def _warm_up(self, held: _Held) -> Warm:
        answer = held.sampler.warm_up(held.case.sampling)
        if held.case.sampling.warmup and not held.case.sampling.sequence:
            # This may run while other children are being opened.
            held.stages = _stages(held)
        return answer

    def _round(self, held: _Held, command: messages.Round) -> Block:
        if not held.sampled:
            held.sampled = True
            held.peak_reset = memory.reset_peak()
            if held.device is not None and held.device.cuda is not None:
                held.device.cuda.reset_peaks()
        if held.device is not None and held.device.watch is not None:
            held.device.watch.look()
        if command.settle:
            held.sampler.take(command.settle, 0.0)
        return held.sampler.block(command.repeats, command.max_s)

    def _finish(self, key: int) -> Finished:
        held = self._held.pop(key)
        readings = _memory(held)
        outcome = held.work.finish()
        heavy = tuple(name for name in HEAVY if name in sys.modules) if self._process.light else ()
        watch = held.device.watch if held.device is not None else None
        del held
        gc.collect()
        return Finished(
            outcome=outcome,
            memory=readings,
            facts=self._facts(),
            heavy=heavy,
            device=watch.report() if watch is not None else {},
        )

    def _facts(self) -> dict[str, Any]:
        """Facts in force in this process, the suite's own last."""
        facts: dict[str, Any] = {}
        torch = sys.modules.get("torch")
        if torch is not None:
            facts["torch threads"] = torch.get_num_threads()
        if hasattr(os, "sched_getaffinity"):
            facts["affinity"] = len(os.sched_getaffinity(0))
        return facts | dict(self._opened().facts())

    def _opened(self) -> Session:
        if self._session is None:
            raise SoundmarkError("a command came before the suite was opened.")
        return self._session


def _device() -> _OnDevice:
    gpu = open_gpu()
    return _OnDevice(cuda.torch_cuda(), gpu, Watch(gpu) if gpu is not None else None)


def _memory(held: _Held) -> dict[str, float]:
    """Everything about memory that can be read now, in bytes; the peaks are those of the case."""
    # With torch loaded, reading this takes longer than many an operator is measured.
    readings = memory.read() if NOW.intersection(held.case.metrics) else {}
    peak: float | None = memory.peak_rss() if held.peak_reset else None
    if peak is None and "peak_rss" in held.case.metrics:
        peak = whole_peak(held.work)
    if peak is not None:
        readings["peak_rss"] = peak
    device = held.device
    if device is not None:
        if device.cuda is not None:
            readings |= device.cuda.memory()
        if device.gpu is not None:
            used = {
                "gpu_used": device.gpu.used_bytes(),
                "gpu_process_used": device.gpu.process_used_bytes(os.getpid()),
            }
            readings |= {name: float(value) for name, value in used.items() if value is not None}
    readings |= _stages(held) if held.stages is None else held.stages
    return readings


def _stages(held: _Held) -> dict[str, float]:
    """The peak memory of each stage, from one more repeat, if the case reports any."""
    if not (held.case.stages and any(name.endswith(PEAKS) for name in held.case.metrics)):
        return {}
    device = held.device
    return stage_peaks(held.work, held.case.stages, device.cuda if device is not None else None)


def serve(commands: BinaryIO, answers: BinaryIO, clock: Callable[[Process], Clock]) -> None:
    """Answer commands until ``Quit`` or until the parent is gone."""

    def send(answer: messages.Answer) -> None:
        answers.write(messages.encode(answer))
        answers.flush()

    child = Child(clock, send)
    for line in commands:
        command = messages.decode_command(line)
        send(child.answer(command))
        if isinstance(command, messages.Quit):
            return


def _clock_of(process: Process) -> Clock:
    return system_clock(threads=process.threads, spawns=process.spawns)


def main() -> None:
    """Entry point. Ctrl-C is handled by the parent, which keeps the results so far."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    read, write = int(sys.argv[1]), int(sys.argv[2])
    orphan_guard.to_parent(read)
    with os.fdopen(read, "rb") as raw, os.fdopen(write, "wb") as answers:
        serve(raw, answers, _clock_of)


def _describe(error: Exception) -> str:
    """``ValueError: message``, first line only."""
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__


def _end() -> None:
    """Exit without tearing down imported modules, which takes a third of a second with torch.

    Functions registered with ``atexit`` are called.
    """
    atexit._run_exitfuncs()  # noqa: SLF001 - os._exit calls nobody, and this is what Python calls
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
    _end()

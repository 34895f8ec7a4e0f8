"""Run every benchmark once more under a profiler; only its stacks are kept.

This happens after all measuring, in separate children, so that it affects no sample.
"""

from __future__ import annotations

import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from collector.execution import profilers
from collector.execution.children import Limits, process_of
from collector.measure.report import Block
from collector.protocol import messages
from collector.protocol.process import ChildError, ChildProcess, ProblemError
from collector.results import scrub
from collector.suites import registry
from history import addresses
from history.project import profiles
from history.words import temporary

if TYPE_CHECKING:
    from collector.contract import Case
    from collector.planning.plan import SuiteWork

LOOK_S: Final = 2.0
"""Seconds for which a case is profiled by repeating it; a program is run once."""
_REPEATS: Final = 10_000
_GRACE_S: Final = 30.0


class Place(NamedTuple):
    """Where a work list is profiled."""

    folder: Path
    cache: Path
    profile: str
    limits: Limits
    side: str = ""
    """Of a duet: base or head."""


def profile(
    works: Sequence[SuiteWork], place: Place, tool: str, kept: Path
) -> Iterator[profiles.Profile]:
    """Profile each case once; its stacks go to a file in ``kept``, or the reason is returned."""
    with temporary.scratch() as scratch:
        for work in works:
            for case in (case for group in work.groups for case in group if not case.once):
                found, problem = _stacks(work, case, place, tool, Path(scratch) / "out")
                label = work.label(case)
                name = f"{addresses.slug(label)}{f'-{place.side}' if place.side else ''}.folded"
                if found:
                    kept.mkdir(parents=True, exist_ok=True)
                    text = scrub.text(profilers.folded(found))
                    (kept / name).write_text(text, encoding="utf-8")
                yield profiles.Profile(
                    label=label,
                    suite=work.name,
                    benchmark=case.benchmark,
                    params=case.params,
                    side=place.side,
                    tool=tool,
                    file=name if found else "",
                    samples=sum(one.samples for one in found),
                    problem=scrub.text(problem),
                )


def _stacks(
    work: SuiteWork, case: Case, place: Place, tool: str, out: Path
) -> tuple[list[profilers.Stack], str]:
    """The stacks of one case, recorded in the file ``out``, or the reason why there are none."""
    out.unlink(missing_ok=True)
    try:
        _look(work, case, place, tool, out)
    except ProblemError as error:
        return [], error.problem.reason
    except ChildError as error:
        return [], error.reason
    found = profilers.stacks(tool, out)
    why = "the profiler took no sample of it: it is too short, or only waits"
    return found, "" if found else why


def _look(work: SuiteWork, case: Case, place: Place, tool: str, out: Path) -> None:
    process = process_of(work, case.process)
    is_command = work.target == registry.target_of("command")
    options = _wrapped(work.options, profilers.around(tool, out)) if is_command else work.options
    child = ChildProcess(process, place.folder)
    try:
        child.open(work.target, options, place.profile, place.cache, place.limits.open_s)
        prepare = messages.Prepare(key=1, case=case)
        child.ask(prepare, messages.Prepared, place.limits.prepare_s)
        limit_s = place.limits.repeat_of(case)
        if is_command:
            child.ask(messages.Round(key=1, repeats=1, max_s=0.0), Block, limit_s)
            return
        argv = profilers.attached(tool, child.pid, out)
        with subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as profiler:
            try:
                began = time.monotonic()
                while time.monotonic() - began < LOOK_S:
                    rounds = messages.Round(key=1, repeats=_REPEATS, max_s=LOOK_S / 4)
                    child.ask(rounds, Block, limit_s + LOOK_S)
            finally:
                profiler.send_signal(signal.SIGINT)
                try:
                    profiler.wait(_GRACE_S)
                except subprocess.TimeoutExpired:
                    profiler.kill()
    finally:
        child.kill()


def _wrapped(options: dict[str, Any], before: list[str]) -> dict[str, Any]:
    """A command suite's table whose programs are started by the profiler."""

    def one(line: str | Sequence[str]) -> list[str]:
        return [*before, *(shlex.split(line) if isinstance(line, str) else line)] if line else []

    variants = [table | {"run": one(table.get("run", ""))} for table in options["variants"]]
    return options | {"run": one(options["run"]), "variants": variants}

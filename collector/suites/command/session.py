"""Build and run a user's program, in the child."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil

from collector.contract import WorkOutcome
from collector.measure.stage_timer import NoTimer
from collector.suites.command import counts, failure_output, quiet_core, readers, surroundings
from collector.suites.command.expand import SCRATCH, Job, expand
from collector.suites.command.launch import Ended, WaitingProgram, check
from collector.suites.command.merge import merge
from collector.suites.command.programs import OwnProgram, program_of
from collector.suites.command.readers import Before, NoResultsError, RunOutput
from history.formats import runs
from history.words import temporary
from history.words.errors import SoundmarkError

if TYPE_CHECKING:
    from collector.contract import Case, Process, StageTimer, Work
    from collector.suites.command.options import CommandOptions
    from history.formats.interface import Parsed


_HASH_SEED: Final = "PYTHONHASHSEED"


class CommandSession:
    """One variant of one program."""

    def __init__(
        self, process: Process, options: CommandOptions, profile: str, workspace: Path
    ) -> None:
        """Find the jobs of this variant; the working folder is that of the configuration file."""
        self._options = options
        self._jobs = [
            job for job in expand(options, profile).jobs if job.case.process == process.name
        ]
        self._folder = (Path.cwd() / options.cwd).resolve()
        self._marks = workspace / "command"
        self._base = surroundings.environment(
            process, threads=any(job.case.variant.threads for job in self._jobs)
        )
        self._built: dict[tuple[str, ...], str] = {}
        """Command -> why it failed; empty when it did not."""
        self._owned: dict[tuple[Path, Path], OwnProgram] = {}
        self._scratch = temporary.folder()
        self._free = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
        self._used: set[int] = set()
        """Cores that runs were allowed on so far."""

    def facts(self) -> dict[str, Any]:
        """Commands as configured, and names of the added environment variables."""
        ran = [job for job in self._jobs if not job.is_build]
        asked = self._options.cores
        return {
            "command": " ".join(ran[0].argv) if ran else "",
            "build command": " ".join(ran[0].build) if ran else "",
            "environment": sorted({name for job in self._jobs for name in job.env}),
            "cores asked": asked if isinstance(asked, str) else list(asked) or "all",
            "cores": sorted(self._used) if self._used != self._free else "all",
        }

    def prepare(self, case: Case) -> Work:
        """Build the program if necessary; nothing is run."""
        for job in self._jobs:
            if (job.case.benchmark, job.case.params, job.case.metrics) == (
                case.benchmark,
                case.params,
                case.metrics,
            ):
                break
        else:
            raise SoundmarkError(f"the table has no {case.benchmark} any more.")
        if job.is_build:
            check(job.build[0], self._folder, self._base | job.build_env)
            return BuildWork(self, job)
        if job.build:
            self.ensure_built(job)
        # A file missing now is a missing requirement; one missing later is an error.
        check(self.filled(job.argv[0]), self._folder, self._base | job.env)
        if job.counts:
            counts.check(job.counts, self._base | job.env)
            return CountWork(self, job, self._own_program(job) if job.build else None)
        return RunWork(self, job, case, self._own_program(job) if job.build else None)

    def _own_program(self, job: Job) -> OwnProgram | None:
        argv = tuple(map(self.filled, job.argv))
        path = program_of(argv, self._folder, self._base | job.env)
        if path is None:
            return None
        key = (path, self._mark(job))
        if key not in self._owned:  # a duet prepares a case again for every run
            self._owned[key] = OwnProgram(*key)
        return self._owned[key]

    def ensure_built(self, job: Job) -> None:
        """Build unless this collection has. Raises RunFailedError when it cannot be built."""
        if job.build in self._built:
            if self._built[job.build]:
                raise surroundings.RunFailedError(self._built[job.build])
            return
        if self._mark(job).is_file():
            self._built[job.build] = ""
            return
        self.build(job, NoTimer())

    def build(self, job: Job, timer: StageTimer) -> None:
        """Build as one item. Raises RunFailedError, now and for every run that needs the build."""
        program = self.waiting(job.build, job.build_env, pin=False)
        ended = _as_item(program, timer, self._options.build_timeout_s)
        try:
            self.judge(ended, job.build, "build")
        except surroundings.RunFailedError as error:
            self._built[job.build] = str(error)
            raise
        self._mark_built(job)

    def _mark_built(self, job: Job) -> None:
        """Remember for this child and for the others of this collection, with what was built."""
        self._built[job.build] = ""
        mark = self._mark(job)
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.write_text("", encoding="utf-8")
        self._owned.clear()
        for one in self._jobs:
            if one.build == job.build and not one.is_build:
                self._own_program(one)

    def waiting(
        self, argv: tuple[str, ...], env: Mapping[str, str], *, pin: bool = True
    ) -> WaitingProgram:
        """A program that waits to be started, on the quietest core."""
        allowed = self._free
        if self._free:
            asked = self._options.cores if pin else ()
            here = {self._quietest()} if isinstance(asked, str) or not asked else set(asked)
            allowed = here if asked else self._free
            os.sched_setaffinity(0, here)
        if pin:
            self._used |= allowed
        output = self.output()
        return WaitingProgram(
            [self.filled(part) for part in argv],
            self._folder,
            self._base | {name: self.filled(value) for name, value in env.items()},
            (output.stdout, output.stderr),
            allowed,
        )

    def _quietest(self) -> int:
        return quiet_core.of_process(frozenset(self._free)).choose()

    def judge(self, ended: Ended, argv: tuple[str, ...], what: str) -> None:
        """Raises RunFailedError unless the program ended in time and with 0."""
        if ended.timed_out:
            option = "timeout_s" if what == "run" else "build_timeout_s"
            raise surroundings.RunFailedError(
                f"the {what} took longer than {getattr(self._options, option):g} s and was ended:"
                f" {argv[0]}.",
                hint=f"Raise {option} if that is right.",
            )
        if ended.code:
            how = f"exit code {ended.code}" if ended.code > 0 else f"signal {-ended.code}"
            outputs = (self.output().stderr, self.output().stdout)
            said = failure_output.reason(outputs)
            raise surroundings.RunFailedError(
                f"the {what} ended with {how}" + (f"; {said}" if said else ""),
                log=failure_output.last_lines(outputs),
            )

    def output(self) -> RunOutput:
        """The folders and outputs of a run."""
        return RunOutput(
            self._scratch / "stdout",
            self._scratch / "stderr",
            self._folder,
            self._scratch / SCRATCH,
        )

    @property
    def counted(self) -> Path:
        """Where the tool that counts leaves its files."""
        return self._scratch / "counts"

    def filled(self, text: str) -> str:
        """The text with ``{scratch}`` replaced by the folder of this run."""
        return text.replace(f"{{{SCRATCH}}}", str(self.output().scratch))

    def close(self) -> None:
        """Remove everything temporary."""
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def options(self) -> CommandOptions:
        """The user's table."""
        return self._options

    def _mark(self, job: Job) -> Path:
        """The file that marks the build as done; the parent's start time makes its name unique."""
        parent = psutil.Process(os.getppid())
        known = (job.build, sorted(job.build_env.items()), self._folder, parent.create_time())
        return self._marks / hashlib.sha256(repr((*known, parent.pid)).encode()).hexdigest()[:16]


def _as_item(program: WaitingProgram, timer: StageTimer, limit_s: float) -> Ended:
    """Start the program and wait for its end, as one item of the repeat."""
    try:
        timer.begin_item()
        program.start()
        ended = program.wait(limit_s)
        timer.end_item()
    finally:
        program.close()
    return ended


class BuildWork:
    """The build, timed once."""

    def __init__(self, session: CommandSession, job: Job) -> None:
        self._session, self._job = session, job

    def run(self, timer: StageTimer) -> object:
        """Build once."""
        self._session.build(self._job, timer)
        return None

    def finish(self) -> WorkOutcome:
        """Nothing beyond the time."""
        return WorkOutcome()


class CountWork:
    """One command with one set of parameters, counted instead of timed."""

    def __init__(self, session: CommandSession, job: Job, program: OwnProgram | None) -> None:
        self._session, self._job, self._program = session, job, program

    def run(self, timer: StageTimer) -> object:
        """Run the program once under the tool that counts."""
        session, job = self._session, self._job
        if self._program is not None:
            self._program.check()
        surroundings.empty(session.output().scratch)
        surroundings.empty(session.counted)
        env = {_HASH_SEED: "0"} | job.env  # else Python's own sets and dicts differ from run to run
        argv = counts.command(job.counts, job.argv, session.counted)
        program = session.waiting(tuple(argv), env)
        ended = _as_item(program, timer, session.options.timeout_s)
        session.judge(ended, job.argv, "run")
        for metric, count in counts.read(job.counts, session.counted).items():
            timer.record(metric, count)
        return None

    def finish(self) -> WorkOutcome:
        """Nothing beyond the counts."""
        return WorkOutcome()


class RunWork:
    """One command with one set of parameters."""

    def __init__(
        self, session: CommandSession, job: Job, case: Case, program: OwnProgram | None
    ) -> None:
        self._session, self._job, self._case = session, job, case
        self._program = program
        self._runs: list[Parsed] = []
        self._prints: list[str] = []
        self._problem = ""
        self._failed = ""

    def run(self, timer: StageTimer) -> object:
        """Run the program once; reading what it left is not timed."""
        session, job = self._session, self._job
        if self._program is not None:
            self._program.check()
        output = session.output()
        surroundings.empty(output.scratch)
        program = session.waiting(job.argv, job.env)
        earlier = readers.before(job.reads, output, time.time())
        ended = _as_item(program, timer, session.options.timeout_s)
        partial = not ended.timed_out and readers.may_be_partial(job.reads, ended.code)
        try:
            session.judge(ended, job.argv, "run")
        except surroundings.RunFailedError as error:
            if not partial:
                raise
            self._failed = self._failed or str(error)
        timer.record("cpu_time", ended.user_s + ended.system_s)
        timer.record("user_time", ended.user_s)
        timer.record("system_time", ended.system_s)
        if ended.waited_s is not None:
            timer.waited(ended.waited_s)
        if ended.peak_rss is not None:
            timer.record("peak_rss", float(ended.peak_rss))
        self._read(output, earlier, partial=partial)
        return None

    def finish(self) -> WorkOutcome:
        """The results of the counted runs, without the warm-up."""
        warmup = self._case.sampling.warmup or 0
        also = counts.METRICS.get(self._session.options.counts, ())
        merged = merge(self._runs[warmup:], self._case, also)
        prints = self._prints[warmup:]
        warnings = list(merged.warnings)
        if len(set(prints)) > 1:
            warnings.append("The output was not the same in every run.")
        return WorkOutcome(
            points=merged.points,
            found=merged.items,
            fingerprint=prints[-1] if prints else "",
            warnings=tuple(warnings),
            invalid=self._problem,
            failed=self._failed,
        )

    def _read(self, output: RunOutput, earlier: Before, *, partial: bool) -> None:
        """Keep the results of this run; the first missing result makes the case invalid.

        Raises RunFailedError when a failed run has no results at all.
        """
        reads = self._job.reads
        try:
            if reads:
                parts = [readers.read(one, output, earlier, partial=partial) for one in reads]
                self._runs.append(runs.merged(parts))
        except NoResultsError as error:
            if partial:
                raise surroundings.RunFailedError(self._failed) from None
            self._problem = self._problem or str(error)
        if self._job.fingerprint:
            self._prints.append(surroundings.fingerprint(self._job.fingerprint, output))

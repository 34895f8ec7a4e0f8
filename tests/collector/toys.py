"""Small suites with known truths: each does one thing a real child may do."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from collector.contract import Case, Process, Requirement, Sampling, SuitePlan, WorkOutcome
from history.words.records import Variant


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a configuration may set."""

    speed: int = 1


class Toy:
    """What all toys share; each method named like a benchmark is its repeat."""

    name = "toy"
    version = 1
    summary = "A toy."
    requirements: tuple[Requirement, ...] = ()
    options: type[msgspec.Struct] = Options
    sampling = Sampling(repeats=6, warmup=1)
    benchmarks: tuple[str, ...] = ("work",)
    processes: tuple[Process, ...] = (Process(name="main"),)
    expect: ClassVar[dict[str, str]] = {}
    metrics: tuple[str, ...] = ("operation_time",)
    stages: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    said: ClassVar[dict[str, Any]] = {"provider": "CPU"}

    def plan(self, options: Any, profile: str) -> SuitePlan:
        cases = tuple(
            Case(
                benchmark=name,
                process=process.name,
                metrics=self.metrics,
                variant=Variant(implementation=process.name),
                sampling=self.sampling,
                expect=self.expect,
                stages=self.stages,
                items=self.items,
            )
            for name in self.benchmarks
            for process in self.processes
        )
        return SuitePlan(processes=self.processes, cases=cases)

    def open(self, process: Process, options: Any, profile: str, workspace: Path) -> Toy:
        self.process = process
        return self

    def facts(self) -> dict[str, Any]:
        return dict(self.said)

    def prepare(self, case: Case) -> ToyWork:
        return ToyWork(getattr(self, case.benchmark), self)

    def outcome(self) -> WorkOutcome:
        return WorkOutcome(fingerprint="same")

    def close(self) -> None:
        pass

    def derive(self, case: Case, samples: Any, outcome: WorkOutcome) -> dict[str, Any]:
        return {}

    def work(self, timer: Any) -> object:
        return sum(range(2000))


class ToyWork:
    def __init__(self, action: Any, toy: Toy) -> None:
        self.run = action
        self.finish = toy.outcome


class Lasting(Toy):
    """Takes its time: four repeats of 0.6 s."""

    sampling = Sampling(repeats=4, warmup=0)

    def work(self, timer: Any) -> object:
        time.sleep(0.6)
        return None


class Sleep(Toy):
    """Sleeps 20 ms."""

    def work(self, timer: Any) -> object:
        time.sleep(0.02)
        return None


class Short(Toy):
    """A call far too short to be timed alone."""

    sampling = Sampling(repeats=5, block_s=0.002)

    def work(self, timer: Any) -> object:
        return None


class Stages(Toy):
    """Two items of two stages, with time before, between and after them."""

    metrics = ("total_time", "forward_time", "dp_time", "tokens", "wall_time")
    stages = ("forward_time", "dp_time")
    items = ("long", "short")
    sampling = Sampling(repeats=4, warmup=1)

    def work(self, timer: Any) -> object:
        began = time.perf_counter()
        time.sleep(0.03)
        for item, seconds in enumerate((0.02, 0.01)):
            timer.begin_item(item)
            time.sleep(seconds)
            timer.end_stage("forward_time")
            time.sleep(seconds / 2)
            timer.end_stage("dp_time")
            timer.end_item()
            time.sleep(0.01)
        timer.record("wall_time", time.perf_counter() - began)
        return None

    def outcome(self) -> WorkOutcome:
        facts: dict[str, dict[str, float | int | str]] = {"long": {"frames": 20}}
        return WorkOutcome(
            fingerprint="abc", items=facts, texts={"long": "<b>hello"}, values={"tokens": 7}
        )


class Undeclared(Toy):
    """Gives time to a stage its case does not declare."""

    def work(self, timer: Any) -> object:
        timer.end_stage("forward_time")
        return None


class Neighbours(Toy):
    """One benchmark goes wrong between two that do not."""

    benchmarks = ("work", "bad", "last")

    def last(self, timer: Any) -> object:
        return self.work(timer)

    def bad(self, timer: Any) -> object:
        raise ValueError("no such tensor in /home/somebody/models/base.onnx")


class LosesAFile(Neighbours):
    """Looks for a file in the middle of its work."""

    def bad(self, timer: Any) -> object:
        return Path("/nowhere/at/all").read_text()


class Crash(Neighbours):
    """Ends like a segmentation fault."""

    def bad(self, timer: Any) -> object:
        print("about to touch what is not there", flush=True)
        os.kill(os.getpid(), signal.SIGSEGV)
        return None


class Killed(Neighbours):
    """Ends as when the kernel finds no memory."""

    def bad(self, timer: Any) -> object:
        os.kill(os.getpid(), signal.SIGKILL)
        return None


class Hangs(Neighbours):
    """One benchmark does not come back, and is not waited for as long as the others may take."""

    def plan(self, options: Any, profile: str) -> SuitePlan:
        found = super().plan(options, profile)
        soon = msgspec.structs.replace(self.sampling, max_s=0.2)
        cases = tuple(
            msgspec.structs.replace(case, sampling=soon) if case.benchmark == "bad" else case
            for case in found.cases
        )
        return msgspec.structs.replace(found, cases=cases)


class Hang(Hangs):
    """Sleeps for ever."""

    def bad(self, timer: Any) -> object:
        while True:
            time.sleep(1)


class HangsInC(Hangs):
    """Is stuck in a call that never lets Python run again, a program of its own beside it."""

    def bad(self, timer: Any) -> object:
        program = subprocess.Popen(["sleep", "1000"])
        Path("pids").write_text(f"{os.getpid()} {program.pid}\n")
        ctypes.PyDLL(None).sleep(1000)  # PyDLL keeps the interpreter's lock
        return None


class Garbage(Neighbours):
    """Writes on the channel that belongs to the harness."""

    def bad(self, timer: Any) -> object:
        os.write(int(sys.argv[2]), b"Loading model... done\n")
        return None


class Leaves(Neighbours):
    """Ends the process without a word."""

    def bad(self, timer: Any) -> object:
        os._exit(7)


class Talks(Toy):
    """Prints far more than a pipe holds."""

    def work(self, timer: Any) -> object:
        print("x" * 100_000, flush=True)
        return None


class Pair(Toy):
    """Two variants in two processes; the second is 3 % slower, by the count of its work."""

    sampling = Sampling(repeats=8, rounds=4, warmup=1)
    processes: tuple[Process, ...] = (Process(name="a"), Process(name="b"))

    def work(self, timer: Any) -> object:
        count = 50_000 if self.process.name == "a" else 51_500
        return sum(range(count))


class PairWithCrash(Pair):
    """One variant crashes, the other does not."""

    def work(self, timer: Any) -> object:
        if self.process.name == "a":
            os.kill(os.getpid(), signal.SIGABRT)
        return None


class SameProcess(Pair):
    """Two variants held by one process, one of which ends it."""

    processes: tuple[Process, ...] = (Process(name="a"),)

    def plan(self, options: Any, profile: str) -> SuitePlan:
        found = super().plan(options, profile)
        (case,) = found.cases
        other = msgspec.structs.replace(case, variant=Variant(implementation="bad"))
        return msgspec.structs.replace(found, cases=(other, case))

    def prepare(self, case: Case) -> ToyWork:
        bad = case.variant.implementation == "bad"
        return ToyWork(self.leave if bad else self.work, self)

    def leave(self, timer: Any) -> object:
        os._exit(3)


class Lacks(Toy):
    """Needs a package nobody has."""

    name = "lacks"

    requirements = (Requirement(kind="module", name="no_such_package", install="pip install it"),)


class LacksAtOpen(Toy):
    """Finds out in the child."""

    def open(self, process: Process, options: Any, profile: str, workspace: Path) -> Toy:
        import no_such_package  # type: ignore[import-not-found] # that is the point

        return super().open(process, options, profile, no_such_package)


class BadDerive(Toy):
    """Has a mistake in the part that runs in the parent."""

    name = "mistaken"

    def derive(self, case: Case, samples: Any, outcome: WorkOutcome) -> dict[str, Any]:
        return {"rtf": samples["no such stage"]}


class Slow(Toy):
    """Long enough to be interrupted."""

    benchmarks = ("work", "slow", "last")
    sampling = Sampling(repeats=3000, warmup=0, max_s=600.0)

    def slow(self, timer: Any) -> object:
        time.sleep(0.1)
        return None

    def last(self, timer: Any) -> object:
        return None


class Many(Toy):
    """Eight benchmarks of a moment each."""

    benchmarks = tuple(f"b{number}" for number in range(8))
    sampling = Sampling(repeats=3, warmup=0)

    def prepare(self, case: Case) -> ToyWork:
        return ToyWork(self.nap, self)

    def nap(self, timer: Any) -> object:
        time.sleep(0.03)
        return None


class Environment(Toy):
    """Says which variables it sees."""

    processes = (Process(name="main", threads=3, environment={"OMP_WAIT_POLICY": "ACTIVE"}),)

    def facts(self) -> dict[str, Any]:
        names = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "LD_PRELOAD", "MY_TOKEN")
        seen = {name: os.environ.get(name, "not set") for name in names}
        return {"seen": seen, "folder": "/home/somebody/project"}


class Spawns(Toy):
    """Lets another program compute for some 50 ms of processor time."""

    processes = (Process(name="main", spawns=True),)
    sampling = Sampling(repeats=3, warmup=0)

    def work(self, timer: Any) -> object:
        code = "import time\nwhile time.process_time() < 0.05: pass"
        return subprocess.run([sys.executable, "-S", "-c", code], check=True)

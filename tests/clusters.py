"""A Dask cluster of two workers on this machine."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def of_two_workers(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """``HOST:PORT`` of its scheduler, and the processes of the workers, which ends them.

    Skips the test where Dask is not installed. ``folder`` receives the log.
    """
    pytest.importorskip("distributed")
    file = folder / "scheduler.json"
    log = (folder / "log").open("w")

    def start(*words: str) -> subprocess.Popen:
        line = [sys.executable, "-m", f"distributed.cli.dask_{words[0]}", *words[1:]]
        return subprocess.Popen([*line, "--no-dashboard"], cwd=ROOT, stdout=log, stderr=log)

    started = [start("scheduler", "--host", HOST, "--port", "0", "--scheduler-file", str(file))]
    try:
        started += [
            start("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny")
            for _ in range(2)
        ]
        from distributed import Client

        while not file.exists():
            assert started[0].poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        with Client(scheduler_file=str(file), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
            address = client.scheduler.address
        yield address.removeprefix("tcp://"), started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()
        log.close()

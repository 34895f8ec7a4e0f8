"""Wait for what a test has started: a deadline that only a mistake reaches, not a slow machine."""

import signal
import time

import psutil

PATIENCE_S = 300.0


def wait_for(condition) -> None:
    """Until it is true. Fails after minutes."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def hears_ctrl_c() -> None:
    """For `preexec_fn`: jobs in the background and their children start with it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def gone(pid: int) -> bool:
    """Whether it has ended, if nobody has asked for its exit code yet too."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True

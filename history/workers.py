"""Run independent work on all cores of this machine, or on a named cluster.

Functions and items are pickled, so they must be importable and without open files. Results are in
the order of the items and equal to those of this process. Work that needs all data of this process
uses forked processes instead (``site_gen.workers``).
"""

from __future__ import annotations

import os
from collections import deque
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from history.words.errors import BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Answer = TypeVar("Answer")

FEWEST: Final = 512
"""Fewest items for which starting processes pays."""
_CHUNK: Final = 32
_SCHEME: Final = "dask://"
_CONNECT_S: Final = 20.0


class Executor(Protocol):
    """Runs work."""

    def in_order(self, work: Callable[[Item], Answer], items: Sequence[Item]) -> Iterator[Answer]:
        """The result for every item, in order."""


class Here:
    """Runs in this process: the default for programs that use soundmark as a library."""

    def in_order(self, work: Callable[[Item], Answer], items: Sequence[Item]) -> Iterator[Answer]:
        """One after the other."""
        return map(work, items)


class Processes:
    """Processes of this machine."""

    def __init__(self, count: int, fewest: int = FEWEST) -> None:
        """``count`` at once; fewer than ``fewest`` items are done here."""
        self._count, self._fewest = count, fewest

    def in_order(self, work: Callable[[Item], Answer], items: Sequence[Item]) -> Iterator[Answer]:
        """Distribute to processes, which end with the last result."""
        if self._count < 2 or len(items) < self._fewest or not _can_be_sent(work):
            yield from map(work, items)
            return
        # Importing the process pool takes longer than judging a short history.
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor

        # A forked process would have DuckDB's locks without its threads.
        clean = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(self._count, mp_context=clean) as pool:
            yield from pool.map(work, items, chunksize=_CHUNK)


class Dask:
    """Runs on a Dask cluster; work of a lost worker is repeated by another one."""

    def __init__(self, address: str) -> None:
        """``HOST:PORT`` of its scheduler, to which it connects when there is work."""
        self._address = address

    def in_order(self, work: Callable[[Item], Answer], items: Sequence[Item]) -> Iterator[Answer]:
        """Distribute to the workers. Raises BrokenEnvironmentError when they fail."""
        if not items:
            return
        try:
            from distributed import Client
        except ImportError:
            raise BrokenEnvironmentError(
                "--executor: distributed, which speaks to a Dask cluster, is not installed.",
                hint="Install it with: pip install 'soundmark[cluster]'.",
            ) from None
        try:
            client = Client(f"tcp://{self._address}", set_as_default=False, timeout=_CONNECT_S)
        except OSError as error:
            raise BrokenEnvironmentError(
                f"--executor: no Dask scheduler answers at {self._address}: {error}.",
                hint="Name the one that `dask scheduler` printed, as dask://HOST:PORT.",
            ) from None
        with client:
            _refuse_others(client)
            # Sent once, to every worker, so that the loss of one loses no copy that is needed.
            with _explained():
                (sent,) = client.scatter([work], broadcast=True, hash=False)
            parts = deque(
                client.submit(_each, sent, part, pure=False, retries=3) for part in _parts(items)
            )
            while parts:
                with _explained():
                    answers = parts.popleft().result()
                yield from answers


@contextmanager
def _explained() -> Iterator[None]:
    """Raise BrokenEnvironmentError for whatever goes wrong on the cluster."""
    try:
        yield
    except Exception as error:
        raise BrokenEnvironmentError(
            f"--executor: the cluster could not do it: {type(error).__name__}: {error}",
            hint="Workers need the same soundmark and the packages of your detector.",
        ) from error


_current: ContextVar[Executor] = ContextVar("executor", default=Here())  # noqa: B039 - has no state


def in_order(work: Callable[[Item], Answer], items: Sequence[Item]) -> Iterator[Answer]:
    """The result for every item, in order, computed by the current executor."""
    return _current.get().in_order(work, items)


def cluster() -> Dask | None:
    """The named cluster; None when work stays on this machine."""
    executor = _current.get()
    return executor if isinstance(executor, Dask) else None


@contextmanager
def using(executor: Executor) -> Iterator[None]:
    """Use this executor inside the block."""
    token = _current.set(executor)
    try:
        yield
    finally:
        _current.reset(token)


def cores() -> int:
    """Number of processes that may run at once here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def named(text: str) -> Executor:
    """``dask://HOST:PORT``, or the cores of this machine. Raises UsageError for anything else."""
    if text == "local":
        return Processes(cores())
    host, colon, port = text.removeprefix(_SCHEME).rpartition(":")
    if text.startswith(_SCHEME) and host and colon and port.isdigit():
        return Dask(f"{host}:{port}")
    raise UsageError(f'--executor: expected "local" or dask://HOST:PORT, found "{text}".')


def _can_be_sent(work: Callable[..., Any]) -> bool:
    import pickle

    try:
        pickle.dumps(work)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    each = iter(items)
    while part := list(islice(each, _CHUNK)):
        yield part


def _each(work: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
    return list(map(work, items))


def _refuse_others(client: Any) -> None:  # noqa: ANN401 - distributed may be absent
    """Raise BrokenEnvironmentError for workers with another soundmark, or without workers."""
    mine = _version()
    theirs: dict[str, str] = client.run(_version)
    if not theirs:
        raise BrokenEnvironmentError(
            "--executor: the cluster has no workers.", hint="Start some with `dask worker`."
        )
    for address, version in sorted(theirs.items()):
        if version != mine:
            raise BrokenEnvironmentError(
                f"--executor: expected soundmark {mine} on every worker, found {version} on"
                f" {address}."
            )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("soundmark")
    except PackageNotFoundError:
        return "0+source"

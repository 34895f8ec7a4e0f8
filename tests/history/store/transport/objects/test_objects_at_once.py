"""What becomes of a shared record in a bucket that several write at once."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable

import fsspec
import msgspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from history.store.ledger import Ledger
from history.store.transport.objects import record as records
from history.store.transport.objects.place import Place
from history.store.transport.objects.push import remove
from history.words.errors import BrokenDataError
from tests.history.builders import START, record
from tests.history.store.transport.objects.test_objects import (
    change,
    content,
    held,
    measured,
    memory,
    pulled,
    pushed,
)

RIVAL = """
import sys
from pathlib import Path
from history.store.ledger import Ledger
from history.store.transport.objects.place import Place
from history.store.transport.objects.push import push

print(push(Ledger(Path(sys.argv[1])), Place(sys.argv[2])))
"""


def test_four_that_push_at_once_all_arrive(tmp_path):
    place = (tmp_path / "record").as_uri()
    folders = [tmp_path / f"job{night}" for night in range(4)]
    for night, folder in enumerate(folders):
        measured(folder, night)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    jobs = [
        subprocess.Popen(
            [sys.executable, "-c", RIVAL, str(folder), place],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for folder in folders
    ]
    said = [job.communicate(timeout=300)[0] for job in jobs]
    assert [job.returncode for job in jobs] == [0] * 4, said
    done = pulled(tmp_path / "out", place)
    assert (len(done.added), done.left_out, done.broken) == (4, (), ())


class Meeting(MemoryFileSystem):  # type: ignore[misc]  # fsspec has no types
    """Lets somebody else do what they do just before the first object is written or listed."""

    protocol = "meeting"
    between: Callable[[], object] | None = None
    listing = ""
    """End of the folder that is about to be listed; empty waits for the first object."""

    @classmethod
    def _strip_protocol(cls, path):
        return super()._strip_protocol(str(path).removeprefix("meeting://"))

    def pipe_file(self, path, value, mode="overwrite", **kwargs):
        if not self.listing:
            self.meet()
        super().pipe_file(path, value, mode, **kwargs)

    def ls(self, path, **how):
        if self.listing and path.endswith(self.listing):
            self.meet()
        return super().ls(path, **how)

    @staticmethod
    def meet():
        between, Meeting.between = Meeting.between, None
        if between:
            between()


fsspec.register_implementation("meeting", Meeting, clobber=True)


@pytest.fixture
def meeting(tmp_path):
    yield memory(tmp_path).replace("memory", "meeting")
    Meeting.between, Meeting.listing = None, ""


def test_a_rival_that_writes_in_between_loses_nothing(tmp_path, meeting):
    """Both looked at the same empty record; the next entry names both of theirs."""
    Meeting.between = lambda: pushed(measured(tmp_path / "rival", 1), meeting)
    assert len(pushed(measured(tmp_path / "in", 0), meeting).added) == 1
    pushed(measured(tmp_path / "later", 2), meeting)
    done = pulled(tmp_path / "out", meeting)
    assert (len(done.added), done.left_out, done.broken) == (3, (), ())
    newest = records.read(Place(meeting)).newest()
    assert len(newest) == 1
    first = next(path for path in held(meeting, "manifest/") if path not in newest)
    change(meeting, first, None)
    with pytest.raises(BrokenDataError, match="is gone"):
        pulled(tmp_path / "fresh", meeting)


@pytest.mark.parametrize("listing", ["/manifest", "manifest/2026/02", "/runs", "/removed"])
def test_what_others_push_while_a_record_is_listed_makes_no_gap(tmp_path, meeting, listing):
    """An earlier month was looked at already when its entry came, and a later one names it."""
    pushed(measured(tmp_path / "in", 40), meeting)
    first, second = measured(tmp_path / "january", 0), measured(tmp_path / "february", 41)
    Meeting.between = lambda: (pushed(first, meeting), pushed(second, meeting))
    Meeting.listing = listing
    done = pulled(tmp_path / "out", meeting)
    assert (Meeting.between, done.broken) == (None, ())
    assert len(done.added) in {1, 2, 3}
    assert pulled(tmp_path / "out", meeting).broken == ()
    assert len(Ledger(tmp_path / "out").files()) == 3


def test_two_contents_pushed_under_one_name_are_both_kept_until_one_is_taken_off(tmp_path, meeting):
    honest = measured(tmp_path / "in", 0)
    Meeting.between = lambda: pushed(measured(tmp_path / "forged", 0, value=9.0), meeting)
    name = pushed(honest, meeting).added[0]
    assert len(held(meeting, "runs/")) == 2
    done = pulled(tmp_path / "out", meeting)
    assert (done.added, [one.file for one in done.broken]) == ((), [name])
    assert "tell different things" in done.broken[0].reason
    (one,) = honest.files()
    kept = honest.path(one).read_bytes()
    (wrong,) = [path for path in held(meeting, "runs/") if content(meeting, path) != kept]
    remove(Place(meeting), wrong.removeprefix("runs/"), "was forged")
    done = pulled(tmp_path / "out", meeting)
    assert (done.added, done.broken, done.left_out) == ((name,), (), ())
    assert (tmp_path / "out" / name).read_bytes() == kept


def test_a_copy_that_was_pushed_at_the_same_time_is_welcome(tmp_path, meeting):
    later = msgspec.structs.replace(record("a0").run, recorded_at=START.replace(year=2027))
    Ledger(tmp_path / "copy").write([msgspec.structs.replace(record("a0"), run=later)])
    Ledger(tmp_path / "in").write([record("a0")])
    Meeting.between = lambda: pushed(Ledger(tmp_path / "copy"), meeting)
    pushed(Ledger(tmp_path / "in"), meeting)
    assert len(held(meeting, "runs/")) == 2
    assert (pulled(tmp_path / "out", meeting).broken, len(Ledger(tmp_path / "out").files())) == (
        (), 1,
    )  # fmt: skip


def test_many_in_one_process_lose_nothing(tmp_path):
    ledgers = [measured(tmp_path / f"job{night}", night) for night in range(6)]
    place = memory(tmp_path)
    jobs = [threading.Thread(target=pushed, args=(ledger, place)) for ledger in ledgers]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert len(pulled(tmp_path / "out", place).added) == 6


def test_a_push_that_was_stopped_before_its_entry_is_completed_by_the_next(tmp_path):
    ledger = measured(tmp_path / "in", 0)
    pushed(ledger, memory(tmp_path))
    (entry,) = held(memory(tmp_path), "manifest/")
    change(memory(tmp_path), entry, None)
    with pytest.raises(BrokenDataError, match="there is no record"):
        pulled(tmp_path / "out", memory(tmp_path))
    assert len(pushed(ledger, memory(tmp_path)).added) == 1
    assert len(pulled(tmp_path / "out", memory(tmp_path)).added) == 1

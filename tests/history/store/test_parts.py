"""An import of many runs is several run files, none of which holds more than it may."""

import pytest

from history.project.workspace import open_workspace
from history.store import packing
from history.store.admission.limits import Limits
from history.store.parts import parts
from tests.history.builders import point, record
from tests.history.store.every_kind import RECORDS

RUNS = [
    record(f"a{night}", *(point(benchmark=f"b{n}") for n in range(3)), night=night)
    for night in range(7)
]


def divided(batch, *limits):
    return [batch.of_runs(part) for part in parts(batch, *limits)]


@pytest.mark.parametrize("most_rows", [1, 4, 8, 9, 100])
def test_every_run_stands_in_one_part_whole_and_in_order(most_rows):
    for records in (RUNS, RECORDS):
        found = divided(packing.pack(records), Limits(), most_rows)
        together = [one for part in found for one in packing.unpack(part)]
        assert repr(together) == repr(list(packing.unpack(packing.pack(records))))
        assert all(len(part) + len(part.runs) <= most_rows or len(part.runs) == 1 for part in found)


def test_what_has_pages_and_numbers_in_lists_are_counted_too():
    batch = packing.pack(RUNS)
    # Three benchmarks and a machine, a run and a commit each night.
    assert [len(part.runs) for part in divided(batch, Limits(pages=8))] == [2, 2, 2, 1]
    timed = packing.pack([record(f"a{n}", point(samples=(0.1,) * 5), night=n) for n in range(4)])
    assert [len(part.runs) for part in divided(timed, Limits(samples=10))] == [2, 2]


def test_an_append_that_is_too_much_for_one_file_is_several(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "soundmark.toml").write_text("[history.limits]\nrows = 9\n")
    workspace = open_workspace()
    done = workspace.append(RUNS)
    assert len(done.files) == len(workspace.ledger.files()) == 4
    assert (done.added, done.file) == (7, done.files[0])
    with workspace.reading() as connection:
        assert connection.execute("select count(*) from points").fetchall() == [(21,)]
    assert workspace.append(RUNS).known == 7

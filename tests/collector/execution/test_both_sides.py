"""A suite of programs opened once for each side of a duet, in one child."""

from pathlib import Path

import msgspec
import pytest

from collector.contract import Case, Process
from collector.execution.both_sides import BothSides, OneSide, Sides
from tests.collector.toys import Toy


class Session:
    """Tells the folder in which it was opened and those in which it prepared cases."""

    def __init__(self):
        self.opened, self.prepared, self.closed = Path.cwd().name, [], False

    def facts(self):
        return {"opened": self.opened, "prepared": self.prepared, "closed": self.closed}

    def prepare(self, case):
        self.prepared.append((Path.cwd().name, case.process))

    def close(self):
        self.closed = True


class Here(Toy):
    def open(self, process, options, profile, workspace):
        return Session()


@pytest.fixture
def both(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sides = {}
    for name in ("base", "head"):
        (tmp_path / name).mkdir()
        sides[name] = OneSide(
            folder=str(tmp_path / name), options={"speed": 2}, workspace="w",
            process=Process(name="programs"),
        )  # fmt: skip
    options = Sides(target=f"{__name__}:Here", sides=sides)
    sent = msgspec.convert(msgspec.to_builtins(options), Sides)
    return BothSides().open(Process(name="both"), sent, "quick", tmp_path)


def test_every_side_is_opened_and_prepared_in_its_own_folder_as_its_own_process(both):
    for side in ("head", "base", "head"):
        both.prepare(Case(benchmark="work", process=side, metrics=("wall_time",)))
    facts = both.facts()
    assert [facts[side]["opened"] for side in ("base", "head")] == ["base", "head"]
    assert facts["base"]["prepared"] == [("base", "programs")]
    assert facts["head"]["prepared"] == [("head", "programs")] * 2


def test_all_sides_are_closed(both):
    both.close()
    assert [facts["closed"] for facts in both.facts().values()] == [True, True]

"""What the command line prints about imported points is what the detector says about them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.detection.score import prefix
from benchmarks.detection.series import TUNING_SEEDS, Labelled, labelled_set
from history.detect.interface import Observations
from history.detect.step_detector import StepDetector
from history.formats.csv.columns import FIRST as REQUIRED
from soundmark import main

EPOCH_S = 1_760_000_000
NIGHT_S = 86_400
Flags = dict[str, list[tuple[int, str, str]]]
"""Benchmark to (index, kind, status) of its changes."""


def measured(labelled: Labelled) -> Observations:
    """Without the absences: commits that were not measured have no row."""
    there = np.isfinite(labelled.observations.values)
    return Observations(labelled.observations.values[there])


def write(path: Path, series: list[Labelled]) -> None:
    rows = [
        ["s", one.name, "", "total_time", "s", "lower", "box", commit(i), time(i), repr(value), ""]
        for one in series
        for i, value in enumerate(measured(one).values.tolist())
    ]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([REQUIRED, *sorted(rows, key=lambda row: row[8])])


def commit(i: int) -> str:
    return f"c{i:04d}"


def time(i: int) -> str:
    return str(EPOCH_S + NIGHT_S * i)


def soundmark(*arguments: str) -> str:
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def printed(*arguments: str) -> Flags:
    flags: Flags = {}
    listed = soundmark("regressions", "--all", *arguments, "--format", "csv")
    for row in csv.DictReader(io.StringIO(listed)):
        flag = (int(row["index"]), row["kind"], row["status"])
        flags.setdefault(row["benchmark"], []).append(flag)
    return {name: sorted(found) for name, found in flags.items()}


def detected(series: list[Labelled], points: int | None = None) -> Flags:
    flags: Flags = {}
    for one in series:
        known = prefix(measured(one), points if points is not None else 10_000)
        for change in StepDetector().detect(known).changes:
            flag = (change.index, change.kind.value, change.status.value)
            flags.setdefault(one.name, []).append(flag)
    return flags


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Labelled]]:
    """The series, in whose project folder all tests stand and which they only read."""
    series = list(labelled_set(TUNING_SEEDS[2], per_family=2))
    folder = tmp_path_factory.mktemp("imported")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write(folder / "points.csv", series)
        soundmark("import", "csv", "points.csv")
        yield series


def places(flags: Flags) -> dict[str, list[tuple[int, str]]]:
    return {name: [(index, kind) for index, kind, _ in found] for name, found in flags.items()}


def test_every_change_is_listed_and_no_other(imported):
    assert len(printed()) > 10
    assert places(printed()) == places(detected(imported))


@pytest.mark.parametrize("points", [45, 90])
def test_as_of_a_commit_only_what_was_known_then_counts(imported, points):
    assert places(printed("--as-of", commit(points - 1))) == places(detected(imported, points))

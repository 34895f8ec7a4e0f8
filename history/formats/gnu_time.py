"""Read what GNU time writes of a program (``time -v``): wall and processor time, highest memory."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed, Refused
from history.formats.outcomes import measured
from history.formats.shortening import apart
from history.words.records import Failed, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

SUITE: Final = "gnu-time"
_FIRST: Final = "Command being timed"
_LINE: Final = re.compile(r"^\s+(?P<key>[A-Z][^:]*(?:\(h:mm:ss or m:ss\))?): (?P<value>.*)$")
_ELAPSED: Final = "Elapsed (wall clock) time (h:mm:ss or m:ss)"
_CLOCK: Final = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)")
_METRICS: Final = {
    "User time (seconds)": ("user_time", 1.0),
    "System time (seconds)": ("system_time", 1.0),
    "Maximum resident set size (kbytes)": ("peak_rss", 1024.0),
}
"""GNU time calls 1024 bytes a kbyte."""
_STATUS: Final = "Exit status"
_SIGNAL: Final = re.compile(r"^Command (?:terminated|stopped) by signal (\d+)", re.MULTILINE)


@dataclass
class _Block:
    """One run of a program."""

    line: int
    command: str
    said: dict[str, str] = field(default_factory=dict)
    signal: str = ""


class GnuTime:
    """``/usr/bin/time -v -o FILE -a PROGRAM``."""

    name = "gnu-time"
    summary = 'text of GNU time -v: "Command being timed: ...", then its times and memory'
    brings = Brings("wall_time, user and system time, peak_rss", samples="where repeated")
    repeats_itself = False
    partial_exit_codes = frozenset(range(1, 256))

    def recognise(self, head: str) -> bool:
        """Whether a command was timed."""
        return f"\t{_FIRST}: " in head and _ELAPSED in head

    def parse(self, text: str, name: str = "gnu-time") -> Parsed:  # noqa: ARG002 - protocol
        """Times and memory of every command; runs of one command are its samples, in order.

        A row is one run. A command of which every run failed is a failed point; a run that failed
        beside others is not used, and said.
        """
        blocks = list(_blocks(text))
        names = apart(block.command for block in blocks)
        runs: dict[str, list[dict[str, float]]] = defaultdict(list)
        failed: dict[str, list[str]] = defaultdict(list)
        refused = []
        for block in blocks:
            command = names[block.command].strip() or "command"
            try:
                if how := _failure(block):
                    failed[command].append(how)
                else:
                    runs[command].append(_values(block))
            except RefuseError as error:
                refused.append(Refused(block.line, f'"{command}": {error}'))
        points = [point for command, values in runs.items() for point in _points(command, values)]
        flagged = []
        for command, hows in failed.items():
            if good := len(runs.get(command, ())):
                total = good + len(hows)
                flagged.append(f"{command}: {len(hows)} of {total} runs failed and are not used")
            else:
                points.append(_failed(command, hows[0]))
        return Parsed(
            points=tuple(points),
            rows_read=len(blocks),
            refused=tuple(refused),
            flagged=tuple(flagged),
        )


def _failed(command: str, how: str) -> Point:
    outcome = Failed(reason=f"every run failed, the first with {how}")
    return Point(suite=SUITE, benchmark=command, metric="wall_time", outcome=outcome)


def _blocks(text: str) -> Iterator[_Block]:
    block: _Block | None = None
    signal = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _SIGNAL.match(line):
            signal = found[1]
        elif (pair := _LINE.match(line)) is not None:
            if pair["key"] == _FIRST:
                if block is not None:
                    yield block
                block = _Block(number, _unquoted(pair["value"]), signal=signal)
                signal = ""
            elif block is not None:
                block.said.setdefault(pair["key"], pair["value"].strip())
    if block is not None:
        yield block


def _unquoted(text: str) -> str:
    return text.strip().removeprefix('"').removesuffix('"')


def _failure(block: _Block) -> str:
    """How the run ended, if badly."""
    if block.signal:
        return f"signal {block.signal}"
    status = block.said.get(_STATUS)
    if status is None:
        raise RefuseError('expected "Exit status": it was cut off')
    return "" if status == "0" else f"exit code {status}"


def _values(block: _Block) -> dict[str, float]:
    clock = _CLOCK.fullmatch(block.said.get(_ELAPSED, ""))
    if clock is None:
        found = fields.shown(block.said.get(_ELAPSED))
        raise RefuseError(f"elapsed time: expected h:mm:ss or m:ss, found {found}")
    hours, minutes, seconds = (float(part or 0.0) for part in clock.groups())
    values = {"wall_time": hours * 3600 + minutes * 60 + seconds}
    for key, (metric, factor) in _METRICS.items():
        if key in block.said:
            values[metric] = fields.number(block.said[key], key) * factor
    return values


def _points(command: str, runs: list[dict[str, float]]) -> Iterator[Point]:
    metrics = dict.fromkeys(metric for values in runs for metric in values)
    for metric in metrics:
        samples = [values[metric] for values in runs if metric in values]
        yield Point(suite=SUITE, benchmark=command, metric=metric, outcome=measured(samples))

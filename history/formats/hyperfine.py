"""Read hyperfine's ``--export-json``: one result per command, times in seconds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Brings, Parsed
from history.formats.outcomes import measured
from history.formats.shortening import apart
from history.words.records import Failed, Measured, Outcome, Point

SUITE: Final = "hyperfine"
_KEYS: Final = re.compile(r'"results"\s*:\s*\[\s*\{\s*"command"\s*:')


class Hyperfine:
    """``hyperfine --export-json FILE``."""

    name = "hyperfine"
    summary = 'JSON with "results", each with "command" and "mean"'
    brings = Brings("wall_time, user and system time, peak_rss", samples="yes")
    repeats_itself = True
    partial_exit_codes = frozenset({1})

    def recognise(self, head: str) -> bool:
        """Whether the first result starts with its command."""
        return _KEYS.search(head) is not None and '"mean"' in head

    def parse(self, text: str, name: str = "hyperfine") -> Parsed:
        """Wall, user and system time and peak memory of every command.

        Runs that ended with another exit code than 0, or by a signal, are not used; a command that
        never ended with 0 is a failed point. Only the means of user and system time over all runs
        are in the file, so they have no interval, and they are not taken where some runs failed.
        """
        _, results = fields.load_rows(text, name, "results")
        names = _Names(results)
        flagged: dict[str, None] = {}
        points, refused = fields.take(results, lambda result: _points(result, names, flagged))
        return Parsed(
            points=tuple(points),
            rows_read=len(results),
            refused=tuple(refused),
            flagged=tuple(flagged),
        )


class _Names:
    """Commands and values of parameters without the folders of the computer they ran on."""

    def __init__(self, results: Iterable[object]) -> None:
        rows = [fields.table(result) for result in results]
        commands = (row["command"] for row in rows if isinstance(row.get("command"), str))
        self._commands = apart(commands)
        values = defaultdict(list)
        for row in rows:
            for key, value in fields.table(row.get("parameters")).items():
                values[key].append(str(value))
        self._values = {key: apart(found) for key, found in values.items()}

    def command(self, command: str) -> str:
        return self._commands[command].strip() or "command"

    def params(self, table: object) -> dict[str, str]:
        written = fields.table(table).items()
        return {key: self._values[key][str(value)] for key, value in written}


def _points(
    result: Any,  # noqa: ANN401 - checked here
    names: _Names,
    flagged: dict[str, None],
) -> Iterator[Point]:
    if not isinstance(result, dict) or not isinstance(result.get("command"), str):
        raise RefuseError(f'expected an object with "command", found {fields.shown(result)}')
    command, params = names.command(result["command"]), names.params(result.get("parameters"))
    codes = result.get("exit_codes") or []
    # An exit code that is null is none: a signal ended the run.
    good = [position for position, code in enumerate(codes) if code == 0]
    failed = len(codes) - len(good)

    def point(metric: str, outcome: Outcome) -> Point:
        return Point(suite=SUITE, benchmark=command, metric=metric, params=params, outcome=outcome)

    if codes and not good:
        how = "a signal" if codes[0] is None else f"exit code {codes[0]}"
        yield point("wall_time", Failed(reason=f"every run failed, the first with {how}"))
        return
    wall = _wall(result, codes, good)
    yield point("wall_time", wall)
    stated = [key for key in ("user", "system") if result.get(key) is not None]
    for key in stated if not failed else ():
        value = fields.number(result[key], key)
        n = len(codes) or wall.n
        yield point(f"{key}_time", Measured(value=value, n=n, aggregate="mean"))
    memory = fields.numbers(result.get("memory_usage_byte"), "memory_usage_byte")
    if memory and len(memory) == len(codes):
        yield point("peak_rss", measured([memory[position] for position in good]))
    elif memory and not failed:
        yield point("peak_rss", measured(memory))
    if failed:
        flagged[f"{command}: {failed} of {len(codes)} runs failed and are not used"] = None
    if failed and stated:
        what = " and ".join(f"{key} time" for key in stated)
        flagged[f"{command}: {what} left out: the file has only means over all runs"] = None


def _wall(result: dict[str, Any], codes: list[Any], good: list[int]) -> Measured:
    times = fields.numbers(result.get("times"), "times")
    if times and len(times) == len(codes):
        return measured([times[position] for position in good])
    if len(good) < len(codes):
        raise RefuseError("some runs failed and no time can be told to be one of theirs")
    if times:
        return measured(times)
    stated = result.get("median", result.get("mean"))
    return Measured(
        value=fields.number(stated, "median"),
        n=max(1, len(codes)),
        aggregate="median" if "median" in result else "mean",
        minimum=fields.number(result["min"], "min") if "min" in result else None,
        maximum=fields.number(result["max"], "max") if "max" in result else None,
    )

"""Read hyperfine's ``--export-json``: one result per command, times in seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from history.formats import fields
from history.formats.fields import RefuseError
from history.formats.interface import Parsed
from history.formats.outcomes import measured
from history.words.records import Failed, Measured, Outcome, Point

SUITE: Final = "hyperfine"
_KEYS: Final = re.compile(r'"results"\s*:\s*\[\s*\{\s*"command"\s*:')


class Hyperfine:
    """``hyperfine --export-json FILE``."""

    name = "hyperfine"
    summary = 'JSON with "results", each with "command" and "mean"'
    repeats_itself = True

    def recognise(self, head: str) -> bool:
        """Whether the first result starts with its command."""
        return _KEYS.search(head) is not None and '"mean"' in head

    def parse(self, text: str, name: str = "hyperfine") -> Parsed:
        """Wall, user and system time and peak memory of every command.

        Times of runs that ended with another exit code than 0 are not used; a command that never
        ended with 0 is a failed point. Only the means of user and system time are in the file, so
        they have no interval.
        """
        _, results = fields.load_rows(text, name, "results")
        flagged: dict[str, None] = {}
        points, refused = fields.take(results, lambda result: _points(result, flagged))
        return Parsed(
            points=tuple(points),
            rows_read=len(results),
            refused=tuple(refused),
            flagged=tuple(flagged),
        )


def _points(result: Any, flagged: dict[str, None]) -> Iterator[Point]:  # noqa: ANN401 - checked here
    if not isinstance(result, dict) or not isinstance(result.get("command"), str):
        raise RefuseError('expected an object with "command"')
    command = fields.without_folders(result["command"]).strip() or "command"
    params = {str(key): str(value) for key, value in (result.get("parameters") or {}).items()}
    codes = result.get("exit_codes") or []
    good = [position for position, code in enumerate(codes) if code in {0, None}]
    if codes and len(good) < len(codes):
        flagged[f"{command}: {len(codes) - len(good)} of {len(codes)} runs failed"] = None

    def point(metric: str, outcome: Outcome) -> Point:
        return Point(suite=SUITE, benchmark=command, metric=metric, params=params, outcome=outcome)

    if codes and not good:
        reason = f"every run ended with an exit code other than 0, first {codes[0]}"
        yield point("wall_time", Failed(reason=reason))
        return
    yield point("wall_time", _wall(result, codes, good))
    for key, metric in (("user", "user_time"), ("system", "system_time")):
        if result.get(key) is not None:
            value = fields.number(result[key], key)
            yield point(metric, Measured(value=value, n=1, aggregate="mean"))
    memory = fields.numbers(result.get("memory_usage_byte"), "memory_usage_byte")
    if memory:
        kept = [memory[position] for position in good] if len(memory) == len(codes) else memory
        yield point("peak_rss", measured(kept))


def _wall(result: dict[str, Any], codes: list[Any], good: list[int]) -> Measured:
    times = fields.numbers(result.get("times"), "times")
    if times:
        return measured([times[k] for k in good] if len(times) == len(codes) else times)
    if len(good) < len(codes):
        raise RefuseError("some runs failed and the file has no single times to leave them out")
    stated = result.get("median", result.get("mean"))
    return Measured(
        value=fields.number(stated, "median"),
        n=max(1, len(codes)),
        aggregate="median" if "median" in result else "mean",
        minimum=fields.number(result["min"], "min") if "min" in result else None,
        maximum=fields.number(result["max"], "max") if "max" in result else None,
    )

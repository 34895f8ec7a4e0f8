"""Choose series by globs; an error names the glob that fits none."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final, NamedTuple

from history.words.errors import UsageError
from history.words.globs import EVERYTHING, matches, matches_benchmark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from history.words.key import SeriesKey

_SHOWN: Final = 5
"""Names that an error lists."""


class Globs(NamedTuple):
    """What is asked for; an empty one and ``*`` fit everything."""

    benchmark: str
    """Matched with ``suite.benchmark[params]``, with its parameters or without them."""
    metric: str
    variant: str
    machine: str


def series_ids(keys: dict[str, SeriesKey], globs: Globs) -> list[str]:
    """Ids of the series that fit all globs, in the order given.

    Raises UsageError naming the glob that fits no series, if there are any series at all.
    """
    found = [series_id for series_id, key in keys.items() if all(_fits(key, globs))]
    if found or not keys:
        return found
    for place, name in enumerate(Globs._fields):
        if not any(_fits(key, globs)[place] for key in keys.values()):
            known = dict.fromkeys(_name(key, name) for key in keys.values())
            raise UsageError(
                f'no series has a {name} that fits "{globs[place]}".',
                hint=_advice(globs[place], known),
            )
    asked = ", ".join(
        f'{name} "{glob}"' for name, glob in globs._asdict().items() if glob not in EVERYTHING
    )
    raise UsageError(f"no series fits all of {asked}.", hint="Each of them fits some.")


def _fits(key: SeriesKey, globs: Globs) -> tuple[bool, bool, bool, bool]:
    return (
        matches_benchmark(globs.benchmark, key.benchmark_id),
        matches(globs.metric, key.metric),
        matches(globs.variant, key.variant),
        matches(globs.machine, key.machine),
    )


def _name(key: SeriesKey, name: str) -> str:
    return key.benchmark_id if name == "benchmark" else str(getattr(key, name))


def _advice(glob: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(glob, names, n=1)
    if near:
        return f'Did you mean "{near[0]}"?'
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"There are {', '.join(names[:_SHOWN])}{more}."

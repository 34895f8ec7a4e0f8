"""Find further fields in which two sides differ."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final, NamedTuple

from history.words.key import pairs_text, parse_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from history.compare.results import Key
    from history.compare.select import Filter, Side

_VARIANT: Final = 3
"""Index of the variant in a ``Key``."""
MOST_LISTED: Final = 10
"""Most choices that a message lists; further ones are counted."""


class FieldPair(NamedTuple):
    """One field of the variant with its value on each side; empty without a value."""

    name: str
    first: str
    second: str


Differing = tuple[FieldPair, ...]
"""The further fields in which a pair of variants differs, by name."""


def differences(first: Iterable[Key], second: Iterable[Key]) -> tuple[Differing, ...]:
    """The further differences of the two sides, each way of pairing them once.

    The keys are those of the measurements of each side, without the named parts.
    """
    ways: dict[Differing, None] = {}
    others: dict[Key, list[Key]] = {}
    for key in second:
        others.setdefault(_work(key), []).append(key)
    for key in first:
        for other in others.get(_work(key), ()):
            ways[_between(key[_VARIANT], other[_VARIANT])] = None
    return tuple(ways)


def choices(sides: tuple[Side, Side], ways: Sequence[Differing], wanted: Filter) -> tuple[str, ...]:
    """A command for each way of pairing two variants, ready to be pasted."""
    found = []
    for way in ways:
        words = [
            "variant:" + pairs_text({**dict(side.variant), **chosen}.items())
            for side, chosen in (
                (sides[0], {one.name: one.first for one in way}),
                (sides[1], {one.name: one.second for one in way}),
            )
        ]
        found.append(command(words[0], words[1], wanted))
    return tuple(found)


def command(base: str, head: str, wanted: Filter) -> str:
    """The command that compares these two sides, ready to be pasted."""
    options = (
        f"{name} {shlex.quote(glob)}"
        for name, glob in (
            ("--only", wanted.benchmark),
            ("--metric", wanted.metric),
            ("--machine", wanted.machine),
        )
        if glob != "*"
    )
    return " ".join(["soundmark compare", shlex.quote(base), shlex.quote(head), *options])


def _work(key: Key) -> Key:
    return (*key[:_VARIANT], *key[_VARIANT + 1 :])


def _between(first: str, second: str) -> Differing:
    one, other = parse_pairs(first), parse_pairs(second)
    return tuple(
        FieldPair(name, one.get(name, ""), other.get(name, ""))
        for name in sorted(one.keys() | other.keys())
        if one.get(name, "") != other.get(name, "")
    )

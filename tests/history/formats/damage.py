"""Damage result files: cut them, flip bytes, put other values into their JSON or their cells."""

from __future__ import annotations

import json
import random
from typing import Any, Final

ABSURD: Final[tuple[object, ...]] = (
    None, True, "", [], {}, 0, -1, 10**400, -(10**400), 2**63, 1e300, -1e300, 5e-324,
    "1e309", "-1", "nan", "\ud800", "\x1b[2J\x1b]0;x\x07", "x" * 200_000, [[1]], {"a": {"b": [1]}},
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T00:00:00", 253402300800,
)  # fmt: skip
"""Values that a place of another kind may hold."""
_CELLS: Final = (
    "", "-1", "0", "1e309", "-1e309", "1e300", "9" * 400, "nan", "\x1b[2J", "x" * 131_073, "\x00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "a=1;a=2", ";;;", '"', "\n",
)  # fmt: skip
_RAW: Final = ("1e309", "-1e999", "NaN", "Infinity", "1" * 5000, "[" * 900 + "]" * 900, "[" * 9000)
"""What JSON writers never write, and JSON readers meet."""


def damaged(sound: str | bytes, rng: random.Random) -> bytes:
    """The content of a file with one to three kinds of damage."""
    data = sound.encode() if isinstance(sound, str) else sound
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        data = rng.choice((_cut, _flipped, _doubled, _swapped, _swapped, _swapped))(data, rng)
    return data


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _flipped(data: bytes, rng: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(rng.randrange(1, 8)):
        if found:
            found[rng.randrange(len(found))] = rng.randrange(256)
    return bytes(found)


def _doubled(data: bytes, rng: random.Random) -> bytes:
    """A stretch of it once more."""
    start = rng.randrange(len(data) + 1)
    end = rng.randrange(start, len(data) + 1)
    return data[:end] + data[start:]


def _swapped(data: bytes, rng: random.Random) -> bytes:
    """Another value in some place; of text that is no JSON, in one of its lines or cells."""
    try:
        text = data.decode()
        before, _, rest = text.partition("= ") if text.startswith("window.") else ("", "", text)
        whole = json.loads(rest)
    except (ValueError, RecursionError):
        return _line(data, rng)
    mark = f"place {rng.random()}"
    raw = rng.random() < 0.2
    whole = _put(whole, mark if raw else rng.choice(ABSURD), rng)
    written = json.dumps(whole)
    if raw:
        written = written.replace(json.dumps(mark), rng.choice(_RAW))
    return (f"{before}= {written}" if before else written).encode()


def _put(whole: Any, value: object, rng: random.Random) -> Any:
    """The JSON with the value in one place of it."""
    places: list[tuple[Any, Any]] = []
    left = [whole]
    while left:
        one = left.pop()
        if not isinstance(one, dict | list):
            continue
        inner = one.items() if isinstance(one, dict) else enumerate(one)
        for key, below in inner:
            places.append((one, key))
            if isinstance(below, dict | list):
                left.append(below)
    if not places or not isinstance(whole, dict | list):
        return value
    outer, key = rng.choice(places)
    outer[key] = value
    return whole


def _line(data: bytes, rng: random.Random) -> bytes:
    lines = data.decode(errors="surrogateescape").split("\n")
    place = rng.randrange(len(lines))
    line = lines[place]
    if line.lstrip().startswith("{"):
        try:
            line = json.dumps(_put(json.loads(line), rng.choice(ABSURD), rng))
        except (ValueError, RecursionError):
            line = rng.choice(_RAW)
    else:
        cells = line.split(",")
        cells[rng.randrange(len(cells))] = rng.choice(_CELLS)
        line = ",".join(cells)
    lines[place] = line
    return "\n".join(lines).encode(errors="surrogateescape")

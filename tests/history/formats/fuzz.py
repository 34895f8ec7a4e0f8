"""Read damaged files with every registered format, and say what became of each."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Final

import duckdb

from history.formats import registry, take_in
from history.formats.interface import Recognises
from history.words.errors import ImportRefusedError, UsageError
from history.words.records import RunRecord
from tests.history.formats.builders import CONTEXT
from tests.history.formats.damage import damaged
from tests.history.formats.test_criterion import folder as criterion_folder
from tests.history.formats.test_every_row_is_counted import TEXTS
from tests.history.formats.test_lifecycle_json import study
from tests.history.formats.texts import GOOD as TO_TAKE
from tests.history.formats.texts import ODD

POINT: Final = {
    "series_id": "i", "suite": "s", "benchmark": "b", "params": "a=1", "metric": "total_time",
    "unit": "s", "direction": "lower", "machine": "m", "commit": "c1",
    "commit_time": "2026-01-05 10:00:00+00", "value": 0.5, "samples": [0.4, 0.5, 0.7],
}  # fmt: skip
"""An object of a table as JSON."""
KINDS: Final = [TO_TAKE, TO_TAKE, ODD, TO_TAKE]
TAKEN, IN_PART, REFUSED, STUMBLED = "taken", "taken in part", "refused", "stumbled over"
CORPUS: Final[dict[str, Callable[[], str]]] = {
    **{name: partial(text, KINDS) for name, text in TEXTS.items()},
    "lifecycle-json": lambda: json.dumps(study(4)),
    "json": lambda: json.dumps([POINT | {"benchmark": f"b{place}"} for place in range(4)]),
}
"""Format, and what else tells its samples apart -> a sound file of it."""


@cache
def _parquet() -> bytes:
    """A sound table of points as Parquet."""
    with tempfile.TemporaryDirectory() as place, duckdb.connect() as connection:
        table, target = Path(place) / "points.json", Path(place) / "points.parquet"
        table.write_text(CORPUS["json"]())
        connection.read_json(str(table)).write_parquet(str(target), compression="zstd")
        return target.read_bytes()


def attacked(name: str, rng: random.Random, place: Path) -> tuple[str, tuple[RunRecord, ...]]:
    """What became of one damaged file, and what would be stored of it.

    Anything but a refusal is raised: a reader must not fail in another way.
    """
    format_ = registry.find(name.partition(" ")[0], registry.IMPORT)
    path = place / "results"
    if name == "criterion":
        path = criterion_folder(place)
        file = rng.choice(sorted(path.rglob("*.json")))
        file.write_bytes(damaged(file.read_text(), rng))
    elif name == "parquet":
        path.write_bytes(damaged(_parquet(), rng))
    else:
        path.write_bytes(damaged(CORPUS[name](), rng))
        head = path.read_bytes()[:65_536].decode(errors="replace")
        if isinstance(format_, Recognises):
            format_.recognise(head)
    try:
        found = take_in.imported(format_, path, CONTEXT)
    except (ImportRefusedError, UsageError) as error:
        return (STUMBLED if "something else than expected" in str(error) else REFUSED), ()
    if any("something else than expected" in one.reason for one in found.refused):
        return STUMBLED, found.records
    return (IN_PART if found.refused or found.left_out else TAKEN), found.records

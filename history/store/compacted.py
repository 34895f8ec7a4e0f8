"""The stated origin of a compacted run file: the files it replaced, and what was thinned.

It is stored as JSON in the metadata of the file. It proves to a holder of a replaced file that
nothing was lost, and to a holder of a complete one that it is the same run.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from history.store import checksum
from history.store import ledger as ledger_files
from history.store.ledger import NAME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

_Hash = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Run = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
_Name = Annotated[str, msgspec.Meta(pattern=rf"^{NAME.pattern}\Z")]
_Count = Annotated[int, msgspec.Meta(ge=0)]

WITHOUT_ITEM_SAMPLES: Final = """
    case
        when item_samples is null or item_samples = '{}' then item_samples
        when list_has_all(
            list_transform(
                list_filter(
                    map_entries(try_cast(try_cast(item_values as json) as map(varchar, double))),
                    lambda entry : entry.value is not null
                ),
                lambda entry : entry.key
            ),
            json_keys(try_cast(item_samples as json))
        ) then '{}'
        else item_samples
    end
"""
"""SQL of the item samples of a row after thinning: none, if each metric has its aggregate.

Applied to what was thinned it changes nothing.
"""


class Original(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A run file that a compacted one replaced."""

    file: _Name
    """Its name in a ledger."""
    bytes: _Count
    sha256: _Hash
    """Of its bytes."""
    rows_sha256: _Hash
    """Of its rows, as the file itself stated it."""
    runs: tuple[_Run, ...]
    rows_version: int = checksum.FIRST
    """Of that hash."""
    is_copy: bool = False
    """Whether some of its runs were taken from another file that told the same of them."""


class Thinned(msgspec.Struct, frozen=True, kw_only=True):
    """A run whose item samples were removed."""

    on: str
    """Day, as ``2027-01-31``."""
    rows: _Count
    """Items that had samples."""
    told_sha256: _Hash
    """Of what was told of the run before, see ``rivals.told``."""


class Compacted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The origin of a run file's rows."""

    originals: tuple[Original, ...] = ()
    """Every file that it took the place of, at whatever time; sorted by name."""
    thinned: dict[_Run, Thinned] = {}
    """By run."""

    @property
    def mark(self) -> str:
        """What its name says of thinning: the same runs thinned otherwise are another file."""
        if not self.thinned:
            return ""
        return f"-thinned-{sha256(''.join(sorted(self.thinned)).encode()).hexdigest()[:8]}"

    def text(self) -> str:
        """What stands in the metadata, one line of JSON."""
        return msgspec.json.encode(self, order="sorted").decode()

    def named(self, name: str) -> str:
        """The name of a file of these runs that has this origin."""
        return f"{name.removesuffix(ledger_files.SUFFIX)}{self.mark}{ledger_files.SUFFIX}"


PLAIN: Final = Compacted()
"""Origin of a run file that was not made by compaction."""


def read(text: str) -> Compacted | None:
    """What stands in the metadata of a file; None when it is nothing that a compacted file says."""
    if not text:
        return PLAIN
    try:
        found = msgspec.json.decode(text, type=Compacted)
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if found.originals else None


def of(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> Mapping[str, Compacted]:
    """What those among these files say that are compacted ones, by path; they are Parquet."""
    told = checksum.texts(connection, paths)
    found = {
        path: read(text) for (path, key), text in told.items() if key == checksum.COMPACTED_KEY
    }
    return {path: made for path, made in found.items() if made is not None and made.originals}

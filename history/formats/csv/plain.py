"""Read a plain CSV file in one pass of DuckDB: each name is stored once, numbers are a column.

Almost every row of a long file repeats names and has a single number. What DuckDB and Python's
``csv`` might read differently (line breaks and odd quotes in cells, blank lines, cells too many) is
left to ``csv``.
"""

from __future__ import annotations

import csv
import re
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple

import numpy as np

from history.formats.csv import columns
from history.store import memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import duckdb
    from numpy.typing import NDArray

    from history.store.batch import Floats, Ints

_BLOCK: Final = 1 << 20
_GLOB: Final = re.compile(r"[*?\[\]{}]")
_SPACED: Final = re.compile(rb'[ \t\f\v]"|"[ \t\f\v]')
"""A blank beside a quote, of which only ``csv`` knows what it stands for."""
_LARGEST: Final = 1e100
"""Larger numbers are looked at one by one."""
_EMPTY: Final = "= ''"
_NOTHING: Final = {"status": "in ('', 'measured')", "qualifier": "in ('', 'exact')"}
"""What columns may say of a row that has one number and nothing else."""
_NUMBER: Final = "[0-9.eE+-]*"
"""What is written in these alone, DuckDB and Python read as the same number."""
_FEED: Final = ord("\n")
_MEMORY: Final = "256MB"
_BETWEEN: Final = "\x1f"
"""Stands between cells that are looked at together; a file that has it is left to ``csv``."""


class Rows(NamedTuple):
    """The rows of a file, but for those whose cells are all empty; m rows."""

    names: list[dict[str, str]]
    """Each different row of the columns that name a series and a machine, by its first line."""
    dates: list[dict[str, str]]
    """The same of those that tell of a commit and a run."""
    line: Ints
    """(m,): line in the file, rising."""
    name: Ints
    """(m,): place in ``names``."""
    date: Ints
    """(m,): place in ``dates``."""
    value: Floats
    """(m,): as it is written; NaN where there is more to read in a row than one number."""
    others: Iterable[tuple[int, dict[str, str]]]
    """Place of each of those rows, and what was measured as it is written."""


class _Ends(NamedTuple):
    """What ends the lines and the cells of a whole file, its header among them."""

    lines: int
    commas: int
    has_quotes: bool
    starts: Ints
    """(lines,): the byte at which each line begins."""


def read(path: Path, file: IO[bytes], header: Sequence[str]) -> Rows | None:
    """The rows below the header; None where only ``csv`` can tell what they are.

    ``file`` is open at the beginning of the same file.
    """
    import duckdb

    ends = _ends(file)
    if ends is None or _GLOB.search(str(path)):
        return None
    try:
        with _opened(path.resolve(), header) as connection:
            return _read(connection, header, ends, file)
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfMemoryException):
        return None
    except duckdb.IOException:  # it went while it was read, which whoever opens it again will say
        return None


def _ends(file: IO[bytes]) -> _Ends | None:
    """How many there are; None when lines end in different ways, or hold what is no text."""
    returns = both = commas = quotes = size = 0
    feeds: list[Ints] = []
    last = b""
    while block := file.read(_BLOCK):
        feeds.append(np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == _FEED) + size)
        returns += _count(block, "\r")
        both += block.count(b"\r\n") + (last == b"\r" and block[:1] == b"\n")
        commas += _count(block, ",")
        quotes += _count(block, '"')
        odd = b"\0" in block or _BETWEEN.encode() in block
        if odd or (b'"' in block and _SPACED.search(last + block)):
            return None
        last, size = block[-1:], size + len(block)
    fed = np.concatenate(feeds) if feeds else np.empty(0, dtype=np.int64)
    if returns and not fed.size == returns == both:
        return None
    starts = np.concatenate([[0], fed + 1])[: fed.size + (last not in {b"", b"\n"})]
    return _Ends(starts.size, commas, quotes > 0, starts.astype(np.int64))


def _count(block: bytes, mark: str) -> int:
    """How often a mark stands in it; for frequent ones ``bytes.count`` takes ten times as long."""
    return int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == ord(mark)))


@contextmanager
def _opened(path: Path, header: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with the cells of the file as a view, texts all of them."""
    with memory.alone(memory_limit=_MEMORY) as connection:
        kinds = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(header)))
        cells = ", ".join(f"coalesce(c{place}, '') as c{place}" for place in range(len(header)))
        source = "'" + str(path).replace("'", "''") + "'"
        connection.execute(
            f"create view cells as select row_number() over () as place, {cells}"  # noqa: S608
            f" from read_csv({source}, auto_detect = false, header = false, skip = 1,"
            " delim = ',', quote = '\"', escape = '\"', strict_mode = true, null_padding = false,"
            f" compression = 'none', columns = {{{kinds}}})"
        )
        yield connection


def _read(
    connection: duckdb.DuckDBPyConnection, header: Sequence[str], ends: _Ends, file: IO[bytes]
) -> Rows | None:
    cell = {name: f"c{place}" for place, name in enumerate(header)}
    naming = [name for name in columns.NAMING if name in cell]
    dating = [name for name in columns.DATING if name in cell]
    if not dating:
        return None  # the command line names the commit
    hashes = ", ".join(
        f"{text} as {of}_{nth}"
        for of, names in (("name", naming), ("date", dating))
        for nth, text in enumerate(_hashes([cell[name] for name in names]))
    )
    text = cell["value"]
    plain = [
        f"regexp_full_match({text}, '{_NUMBER}')",
        f"abs(try_cast({text} as double)) < {_LARGEST}",
        *(f"{cell[name]} {_NOTHING.get(name, _EMPTY)}" for name in _further(cell)),
    ]
    blank = " and ".join(f"{one} = ''" for one in cell.values())
    inner = _commas(cell.values()) if ends.has_quotes else "0"
    found = connection.execute(
        f"select place, {hashes},"  # noqa: S608
        f" if({' and '.join(plain)}, try_cast({text} as double), null) as value,"
        f" {blank} as is_blank, {inner} as commas from cells"
    ).fetchnumpy()
    lines = found["place"].size + 1
    between = lines * (len(header) - 1) + sum(name.count(",") for name in header)
    if lines != ends.lines or between + int(np.asarray(found["commas"]).sum()) != ends.commas:
        return None  # blank lines, cells of several lines, or too many or too few
    kept = ~np.asarray(found["is_blank"], dtype=np.bool_)
    value = np.ma.filled(np.ma.asarray(found["value"], dtype=np.float64), np.nan)[kept]
    place = np.asarray(found["place"], dtype=np.int64)[kept]
    both = [
        _different(*(np.asarray(found[f"{of}_{nth}"], dtype=np.uint64)[kept] for nth in (0, 1)))
        for of in ("name", "date")
    ]
    if None in both:
        return None
    (first_names, name), (first_dates, date) = (one for one in both if one is not None)
    cells = _Cells(file, ends.starts, header)
    return Rows(
        names=[cells.of(line, naming) for line in place[first_names].tolist()],
        dates=[cells.of(line, dating) for line in place[first_dates].tolist()],
        line=place + 1,
        name=name,
        date=date,
        value=value,
        others=_others(connection, cell, place, np.flatnonzero(np.isnan(value))),
    )


def _commas(cells: Iterable[str]) -> str:
    """SQL of how many commas stand in some cells."""
    return " + ".join(f"len({one}) - len(replace({one}, ',', ''))" for one in cells)


def _hashes(cells: Sequence[str]) -> tuple[str, str]:
    """SQL of two hashes of some cells: of all together, and of each by itself."""
    return f"hash(concat_ws(chr({ord(_BETWEEN)}), {', '.join(cells)}))", f"hash({', '.join(cells)})"


def _further(cell: Mapping[str, str]) -> list[str]:
    """Columns that tell of what was measured beside the value."""
    return [name for name in columns.TELLING if name in cell and name != "value"]


def _different(hashed: NDArray[np.uint64], other: NDArray[np.uint64]) -> tuple[Ints, Ints] | None:
    """The first row of each different hash, rising, and (m,) its place among them.

    None where rows of one hash differ in the other one: then two names have the same.
    """
    _, first, place = np.unique(hashed, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(order.size, dtype=np.int64)
    rank[order] = np.arange(order.size)
    if (other != other[first][place]).any():
        return None
    return first[order].astype(np.int64), rank[place]


class _Cells:
    """The cells of single lines."""

    def __init__(self, file: IO[bytes], starts: Ints, header: Sequence[str]) -> None:
        self._file = file
        self._starts = starts
        self._header = header

    def of(self, line: int, names: Sequence[str]) -> dict[str, str]:
        """What stands in these columns; ``line`` is its place in the file, the header being 0."""
        self._file.seek(self._starts[line])
        (found,) = csv.reader([self._file.readline().decode()])
        known = dict(zip(self._header, found, strict=True))
        return {name: known[name] for name in names}


def _others(
    connection: duckdb.DuckDBPyConnection, cell: Mapping[str, str], place: Ints, odd: Ints
) -> list[tuple[int, dict[str, str]]]:
    """Place among the rows and what was measured, of the rows that are odd."""
    if not odd.size:
        return []
    names = ["value", *_further(cell)]
    connection.register("odd", {"row": odd, "place": place[odd]})
    rows = connection.execute(
        f"select odd.row, {', '.join(cell[name] for name in names)} from cells"  # noqa: S608
        " join odd using (place) order by odd.row"
    ).fetchall()
    return [(row, dict(zip(names, texts, strict=True))) for row, *texts in rows]

"""Rewrite the footer of a small Parquet file without statistics.

DuckDB writes the least and the greatest value of every column, and how its pages are encoded; in a
file of some hundred rows they are a fifth of it, and no reader needs them. The footer is a struct
in the compact protocol of Thrift; everything else in it stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC: Final = b"PAR1"
_END_BYTES: Final = 8
"""Length of the footer, four bytes, and the magic."""
# Numbers of fields: FileMetaData.row_groups, RowGroup.columns, ColumnChunk.meta_data; None leaves a
# field out: statistics, encoding_stats and size_statistics of ColumnMetaData.
_INSIDE: Final = {4: {1: {3: {12: None, 13: None, 16: None}}}}
_BOOLEANS: Final = frozenset({1, 2})
_FIXED_BYTES: Final = {1: 0, 2: 0, 3: 1, 7: 8}
"""Of booleans, which are part of the header of their field, of a byte, and of a double."""
_INTEGERS: Final = frozenset({4, 5, 6})
_BINARY, _LIST, _SET, _STRUCT = 8, 9, 10, 12


def rewrite(path: Path) -> None:
    """Rewrite a file that nobody reads yet. Raises ValueError when it is no Parquet."""
    whole = path.read_bytes()
    length = int.from_bytes(whole[-_END_BYTES : -len(_MAGIC)], "little")
    start = len(whole) - _END_BYTES - length
    if whole[-len(_MAGIC) :] != _MAGIC or start < len(_MAGIC):
        raise ValueError(f"{path.name} is no Parquet file")
    made = bytearray()
    _copy(whole, start, made, _INSIDE)
    path.write_bytes(b"".join((whole[:start], made, len(made).to_bytes(4, "little"), _MAGIC)))


def _copy(data: bytes, place: int, made: bytearray, inside: dict[int, Any]) -> int:
    """Append the struct that begins at this place, without some fields; returns where it ends.

    ``inside`` has, by number of a field, what to leave out of the struct or the structs in it.
    """
    read = written = 0
    while header := data[place]:
        kind, place = header & 15, place + 1
        if header >> 4:
            read += header >> 4
        else:
            read, place = _zigzag(data, place)
        todo = inside.get(read, {})
        end = place if todo else _after(data, place, kind)
        if todo is not None:
            # Numbers of fields are written as steps, which grow where one is left out.
            step = read - written
            made += (
                bytes([step << 4 | kind]) if 0 < step < 16 else bytes([kind, *_varint(2 * read)])
            )
            written = read
            if todo and kind == _STRUCT:
                end = _copy(data, place, made, todo)
            elif todo:
                size, _, end = _list(data, place)
                made += data[place:end]
                for _ in range(size):
                    end = _copy(data, end, made, todo)
            else:
                made += data[place:end]
        place = end
    made.append(0)
    return place + 1


def _after(data: bytes, place: int, kind: int) -> int:
    """Where a value ends that begins at this place."""
    if kind in _FIXED_BYTES:
        return place + _FIXED_BYTES[kind]
    if kind in _INTEGERS:
        return _number(data, place)[1]
    if kind == _BINARY:
        length, place = _number(data, place)
        return place + length
    if kind in {_LIST, _SET}:
        size, of, place = _list(data, place)
        for _ in range(size):
            place = place + 1 if of in _BOOLEANS else _after(data, place, of)
        return place
    if kind == _STRUCT:
        return _copy(data, place, bytearray(), {})
    raise ValueError(f"the footer has a value of kind {kind}, which no footer has")


def _list(data: bytes, place: int) -> tuple[int, int, int]:
    """Size of a list, kind of its elements, and where they begin."""
    size, kind, place = data[place] >> 4, data[place] & 15, place + 1
    if size == 15:
        size, place = _number(data, place)
    return size, kind, place


def _number(data: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    found = shift = 0
    while data[place] & 128:
        found |= (data[place] & 127) << shift
        shift, place = shift + 7, place + 1
    return found | data[place] << shift, place + 1


def _zigzag(data: bytes, place: int) -> tuple[int, int]:
    found, place = _number(data, place)
    return (found >> 1) ^ -(found & 1), place


def _varint(number: int) -> bytes:
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
    return bytes(made)

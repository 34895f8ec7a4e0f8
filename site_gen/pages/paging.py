"""Divide a long list into pages of bounded size with stable addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from history import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, eq=False)
class Part(Generic[Row]):
    """The rows of one page."""

    rows: tuple[Row, ...]
    first: int
    """Number of its first row, from 1."""
    total: int
    """Rows on all pages."""
    number: int
    """Of the page, from 1."""
    address: str
    before: str
    after: str
    """Addresses of its neighbours; empty where there is none."""

    @property
    def last(self) -> int:
        """Number of its last row."""
        return self.first + len(self.rows) - 1

    @property
    def is_first(self) -> bool:
        """Whether it is the first page, which has the list's own address."""
        return self.number == 1

    @property
    def is_whole(self) -> bool:
        """Whether there is no other page."""
        return len(self.rows) == self.total

    def titled(self, title: str) -> str:
        """The title of the list with the number of this page."""
        return title if self.is_first else f"{title}, page {self.number}"


def parts(rows: Sequence[Row], most: int, address: str) -> Iterator[Part[Row]]:
    """The pages of a list, at most so many rows each; one without rows where the list is empty."""
    starts = range(0, max(len(rows), 1), most)
    for place, start in enumerate(starts):
        yield Part(
            rows=tuple(rows[start : start + most]),
            first=start + 1,
            total=len(rows),
            number=place + 1,
            **_among(address, place, len(starts)),
        )


def _among(first: str, place: int, count: int) -> dict[str, str]:
    """The address of one page of several, and those of its neighbours."""
    every = [first, *(addresses.further(first, page) for page in range(2, count + 1))]
    return {
        "address": every[place],
        "before": every[place - 1] if place else "",
        "after": every[place + 1] if place + 1 < count else "",
    }

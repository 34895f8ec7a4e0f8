"""The results of push and pull."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from history.store.ledger import Damaged


class Pushed(NamedTuple):
    """The result of a push."""

    added: tuple[str, ...]
    """Names in the record, sorted."""
    known: int
    """Files that the record had already, or had and let go on purpose."""
    refused: tuple[Damaged, ...]
    """Files that are not what they must be, or claim what is on the record otherwise."""
    left_out: tuple[Damaged, ...]
    """Corrections of earlier versions that the record does not have: it takes no new ones, but with
    the first push, which brings a record of before."""
    attempts: int
    replaced: tuple[str, ...] = ()
    """Names of run files that compacted ones among the added took the place of."""


class Pulled(NamedTuple):
    """The result of a pull."""

    added: tuple[str, ...]
    """Names of files that the ledger lacked, sorted."""
    known: int
    """Files that the ledger had already."""
    left_out: tuple[Damaged, ...]
    """Files that were never taken onto the record: put there by hand, or no run files."""
    broken: tuple[Damaged, ...]
    """Files of the record that cannot be had: not what they were, or other ones in the ledger."""
    replaced: tuple[str, ...] = ()
    """Files of the ledger that are gone: a compacted one of the record holds the same."""
    complete: tuple[str, ...] = ()
    """Files of the ledger that stay beside a compacted one in which their samples were thinned."""

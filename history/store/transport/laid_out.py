"""Write files of a branch into a folder, as plain files under checked names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from history.store.ledger import Ledger
    from history.store.transport.branch import RecordBranch, Stored


def lay_out(record: RecordBranch, stored: Mapping[str, Stored], ledger: Ledger) -> None:
    """Write these run files, by their names in a ledger, below the ledger's folder."""
    for name, content in record.read(stored):
        target = ledger.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

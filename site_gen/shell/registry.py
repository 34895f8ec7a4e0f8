"""The registry of shells."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from site_gen.shell.interface import Shell

SHELLS: Final = {
    "material": "site_gen.shell.mkdocs:MkDocs",
    "plain": "site_gen.shell.plain:Plain",
}
"""Shells by the name on the command line."""
DEFAULT: Final = "material"
MOUNTED: Final = "mounted"
"""The shell for pages inside another project."""


def shell(name: str, root: Path, work: Path) -> Shell:
    """The shell of that name for the project in ``root``; ``work`` keeps what it makes."""
    known = {**SHELLS, MOUNTED: "site_gen.shell.mounted:Mounted"}
    module, _, member = known[name].partition(":")
    made: Shell = getattr(import_module(module), member)(root, work)
    return made

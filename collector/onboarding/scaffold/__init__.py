"""Files that `soundmark init` fills in and writes into a project."""

from __future__ import annotations

from importlib.resources import files


def template(name: str) -> str:
    """The text of one of them, with its ``@PLACES@`` to be filled in."""
    return (files(__name__) / name).read_text(encoding="utf-8")

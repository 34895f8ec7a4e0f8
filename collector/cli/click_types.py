"""What a word on the command line must look like for each kind of option that a suite declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collector.planning.declared import Declared

_TYPES: Final[dict[str, click.ParamType[Any]]] = {
    "text": click.STRING,
    "whole number": click.INT,
    "number": click.FLOAT,
    "switch": click.BOOL,
}


def type_of(option: Declared) -> click.ParamType[Any]:
    """How the words of an option are read; a place is read by whoever knows what it is for."""
    return click.Choice(option.choices) if option.kind == "choice" else _TYPES[option.kind]

"""The click type for each kind of option that a suite declares."""

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
    """The click type of an option. A path stays text: the suite checks it."""
    return click.Choice(option.choices) if option.kind == "choice" else _TYPES[option.kind]

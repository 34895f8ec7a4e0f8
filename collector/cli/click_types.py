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


class _ChoiceOrNone(click.Choice[str]):
    """A choice that may be taken back: the empty text makes none, whatever the table says."""

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click calls it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """The choice, or the empty text."""
        return "" if value == "" else super().convert(value, param, ctx)


def type_of(option: Declared) -> click.ParamType[Any]:
    """The click type of an option. A path stays text: the suite checks it."""
    if option.kind == "choice":
        return (_ChoiceOrNone if option.may_be_empty else click.Choice)(option.choices)
    return _TYPES[option.kind]

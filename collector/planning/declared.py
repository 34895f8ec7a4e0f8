"""Read the options that a suite declares.

The fields of its ``options`` are the keys of its table and the flags of ``soundmark collect``; the
docstring under a field is the help of both.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from history.words.errors import UsageError

OptionKind = Literal["text", "place", "whole number", "number", "switch", "choice"]

_KINDS: Final[dict[type, OptionKind]] = {
    msgspec.inspect.StrType: "text",
    msgspec.inspect.IntType: "whole number",
    msgspec.inspect.FloatType: "number",
    msgspec.inspect.BoolType: "switch",
    msgspec.inspect.LiteralType: "choice",
}


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """One option that the command line can set."""

    name: str
    kind: OptionKind
    many: bool
    """Whether it takes a list."""
    choices: tuple[str, ...] = ()
    """All values of a choice, without the empty text that makes none."""
    may_be_empty: bool = False
    """Whether a choice takes that empty text too."""
    default: Any = None
    """None where the suite decides when it plans."""
    help: str = ""


def options_of(table: type[msgspec.Struct]) -> tuple[Declared, ...]:
    """The options in order, without nested tables and unions."""
    texts = _texts(table)
    described = msgspec.inspect.type_info(table)
    assert isinstance(described, msgspec.inspect.StructType)  # noqa: S101 - it was given one
    found = []
    for field in described.fields:
        kind = _without_none(field.type)
        many = isinstance(kind, msgspec.inspect.VarTupleType)
        item = kind.item_type if isinstance(kind, msgspec.inspect.VarTupleType) else kind
        word = _word(item)
        if word is None:
            continue
        found.append(
            Declared(
                name=field.encode_name,
                kind=word,
                many=many,
                choices=tuple(value for value in _choices(item) if value),
                may_be_empty="" in _choices(item),
                default=None if field.default is msgspec.NODEFAULT else field.default,
                help=texts.get(field.name, ""),
            )
        )
    return tuple(found)


def check_places(options: msgspec.Struct, where: str) -> None:
    """Raise UsageError for an option that names a missing file or folder.

    Without this a mistyped place would measure something else, such as synthetic weights.
    """
    for option in options_of(type(options)):
        if option.kind != "place":
            continue
        stated = getattr(options, option.name)
        for place in filter(None, stated if option.many else (stated,)):
            if not Path(place).exists():
                raise UsageError(
                    f"{where}: {option.name}: expected a file or folder, found nothing called"
                    f' "{place}".',
                    hint="Nothing is downloaded: fetch it first, and name where it lies from the"
                    " folder of soundmark.toml.",
                )


def _choices(kind: msgspec.inspect.Type) -> tuple[str, ...]:
    values = kind.values if isinstance(kind, msgspec.inspect.LiteralType) else ()
    return tuple(map(str, values))


def _word(kind: msgspec.inspect.Type) -> OptionKind | None:
    """The value as one word; None when no single word can express it."""
    if isinstance(kind, msgspec.inspect.Metadata):
        place = bool((kind.extra or {}).get("place"))
        return "place" if place else _word(kind.type)
    return _KINDS.get(type(kind))


def _without_none(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    if not isinstance(kind, msgspec.inspect.UnionType):
        return kind
    rest = [one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType)]
    return rest[0] if len(rest) == 1 else kind


def _texts(table: type[msgspec.Struct]) -> dict[str, str]:
    """Field -> the docstring under it, in one line; empty where the source is not at hand."""
    try:
        source = inspect.getsource(table)
    except (OSError, TypeError):
        return {}
    (definition,) = ast.parse(textwrap.dedent(source)).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 - the source of a class
    return {
        field.target.id: " ".join(text.value.value.replace("``", "").split())
        for field, text in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }

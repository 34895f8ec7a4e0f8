"""Turn the options of the named suites into flags of `soundmark collect`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from collector.cli import file_flags
from collector.cli.click_types import type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from collector.planning.declared import Declared

_SUITES: Final = "soundmark.suites"
"""Key of the context for the options that the named suites declare."""

_FLAGS: Final = "soundmark.flags"
"""Key of the context for the flags made of them."""

_PREFIX: Final = "of_suite_"
"""Prefix that separates their values from the command's own options."""


_FILES: Final = "soundmark.files"
"""Key of the context for the flags of files that suites can write."""


class SuiteCommand(click.Command):
    """A command whose arguments may name suites; their options become flags.

    The callback receives ``flags``: suite -> option -> value, for what was given; and ``files``:
    what was asked of suites that write files of their own.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse twice: first to find the suites, then with the flags of these suites."""
        suites = ctx.meta[_SUITES] = _declared(args)
        files = ctx.meta[_FILES] = file_flags.declared(taken=super().get_params(ctx))
        ctx.meta[_FLAGS] = _flags(suites, taken=self.get_params(ctx))
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            owners = _owners(error.option_name)
            if not owners:
                raise
            raise click.UsageError(
                f"{error.option_name} is an option of {' and '.join(owners)}. Name the suite:"
                f" `soundmark collect {owners[0]} {error.option_name} ...`.",
                ctx,
            ) from None
        given = {
            name.removeprefix(_PREFIX): ctx.params.pop(name)
            for name in list(ctx.params)
            if name.startswith(_PREFIX)
        }
        asked = (flag.taken_from(ctx.params) for flag in files)
        ctx.params["files"] = tuple(one for one in asked if one is not None)
        ctx.params["flags"] = {
            suite: {
                option.name: _value(option, given[option.name])
                for option in options
                if given.get(option.name) not in {None, ()}
            }
            for suite, options in suites.items()
        }
        return rest

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own options, those for files of suites, those of the suites named."""
        files = [flag.option for flag in ctx.meta.get(_FILES, ())]
        return [*super().get_params(ctx), *files, *ctx.meta.get(_FLAGS, ())]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own options, the files, then a section for each suite that is named."""
        flags = {flag.name: flag for flag in ctx.meta.get(_FLAGS, ())}
        own = [one for one in super().get_params(ctx) if isinstance(one, click.Option)]
        _section(ctx, formatter, "Options", own)
        files = [flag.option for flag in ctx.meta.get(_FILES, ())]
        _section(ctx, formatter, "Files that suites write as well", files)
        for suite, options in ctx.meta.get(_SUITES, {}).items():
            names = (_PREFIX + option.name for option in options)
            listed = [flags[name] for name in names if name in flags]
            _section(ctx, formatter, f"Options of {suite}", listed)


def _section(
    ctx: click.Context, formatter: click.HelpFormatter, title: str, options: Iterable[click.Option]
) -> None:
    rows = [row for option in options if (row := option.get_help_record(ctx)) is not None]
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)


def _declared(words: Iterable[str]) -> dict[str, tuple[Declared, ...]]:
    """The options that the named suites declare; none of their libraries is imported."""
    from collector.planning.declared import options_of
    from collector.suites import registry

    known = registry.SUITES.names()
    names = dict.fromkeys(word for word in words if word in known)
    return {name: options_of(registry.load(name).options) for name in names}


def _owners(word: str) -> list[str]:
    """The suites that have this flag."""
    from collector.suites import registry

    plain = "--" + word.removeprefix("--no-").removeprefix("--")
    return [
        suite
        for suite, options in _declared(registry.SUITES.names()).items()
        if {word, plain} & {_word(option.name) for option in options}
    ]


def _word(name: str) -> str:
    return "--" + name.replace("_", "-")


def _flags(
    suites: Mapping[str, Sequence[Declared]], taken: Iterable[click.Parameter]
) -> list[click.Option]:
    """One flag for all options of one name; the command's own options stay as they are."""
    own = {word for parameter in taken for word in parameter.opts}
    found: dict[str, list[Declared]] = {}
    for options in suites.values():
        for option in options:
            found.setdefault(option.name, []).append(option)
    return [_flag(same) for same in found.values() if _word(same[0].name) not in own]


def _flag(same: Sequence[Declared]) -> click.Option:
    """One flag for the options of that name; the first suite says what it is."""
    option = same[0]
    word, many = _word(option.name), any(one.many for one in same)
    if option.kind == "switch" and not many:
        word = f"{word}/--no-{word[2:]}"
    return click.Option(
        [word, _PREFIX + option.name],
        # A path starts from the current folder, as any that is typed, wherever the table lies.
        type=click.Path(resolve_path=True) if option.kind == "place" else type_of(option),
        multiple=many,
        default=None,
        help=_help(option, many=many),
    )


def _help(option: Declared, *, many: bool) -> str:
    shown = option.default
    if isinstance(shown, tuple):
        shown = ", ".join(map(str, shown))
    parts = [option.help, "May be repeated." if many else ""]
    if shown not in {None, ""} and not isinstance(shown, bool):
        parts.append(f" [default: {shown}]")
    return " ".join(part for part in parts if part)


def _value(option: Declared, given: Any) -> Any:  # noqa: ANN401 - what click made of a word
    """A value as the suite's table would hold it."""
    if not isinstance(given, tuple) or option.many:
        return given
    if len(given) != 1:
        raise click.UsageError(f"{_word(option.name)} takes one value, found {len(given)}.")
    return given[0]

"""Give `soundmark collect` a flag for each file that a suite can write from a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from collector.cli.click_types import type_of
from history.words.errors import BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from collector.contract import Suite, WritesFiles
    from collector.planning.declared import Declared
    from collector.planning.plan import SuiteWork
    from history.words.records import RunRecord


class Asked(NamedTuple):
    """One flag that was given."""

    suite: str
    """Name under which the suite is registered."""
    field: str
    """Field of ``WritesFiles.files``."""
    word: str
    """``--save-trace``."""
    value: Any


class FileFlag(NamedTuple):
    """One flag of one suite."""

    suite: str
    field: str
    option: click.Option

    def taken_from(self, params: dict[str, Any]) -> Asked | None:
        """Remove this flag's value from the values of the command; None when it was not given."""
        value = params.pop(str(self.option.name), None)
        return Asked(self.suite, self.field, self.option.opts[0], value) if value else None


def declared(taken: Iterable[click.Parameter]) -> tuple[FileFlag, ...]:
    """The flags of all suites, in the order of the registry.

    A flag name that is taken gets the name of the suite as prefix. A suite that cannot be loaded
    declares none here; it is reported when it is asked for.
    """
    from collector.planning.declared import options_of

    words = {word for parameter in taken for word in parameter.opts}
    found = []
    for name, suite in _suites():
        for field in options_of(suite.files):
            word = f"--{field.name.replace('_', '-')}"
            if word in words:
                word = f"--{name}{word[1:]}"
            words.add(word)
            found.append(FileFlag(name, field.name, _option(word, name, field)))
    return tuple(found)


def check(asked: Iterable[Asked], works: Sequence[SuiteWork]) -> None:
    """Raise UsageError for a file of a suite that is not going to be measured."""
    for one in asked:
        if not _works_of(one.suite, works):
            what = f"{one.word} FILE" if isinstance(one.value, str) else one.word
            raise UsageError(
                f"{one.word}: the suite {one.suite} is not among what is to be measured.",
                hint=f"Name it: `soundmark collect {one.suite} {what}`.",
            )


def write(asked: Sequence[Asked], works: Sequence[SuiteWork], record: RunRecord) -> Iterator[str]:
    """Let each suite write its requested files; returns one line for each file.

    A suite sees its own points and items of the run, under whatever name it was measured.
    """
    import msgspec

    from collector.contract import WritesFiles

    for name in dict.fromkeys(one.suite for one in asked):
        mine = _works_of(name, works)
        if not mine or not isinstance(mine[0].suite, WritesFiles):
            continue
        suite: WritesFiles = mine[0].suite
        names = {work.name for work in mine}
        own = msgspec.structs.replace(
            record,
            points=tuple(point for point in record.points if point.suite in names),
            items=tuple(item for item in record.items if item.suite in names),
        )
        wanted = suite.files(**{one.field: one.value for one in asked if one.suite == name})
        yield from suite.write_files(wanted, own)


def _works_of(name: str, works: Sequence[SuiteWork]) -> list[SuiteWork]:
    from collector.suites import registry

    target = registry.target_of(name)
    return [work for work in works if work.target == target]


def _suites() -> Iterator[tuple[str, WritesFiles]]:
    from collector.contract import WritesFiles
    from collector.suites import registry

    for name in registry.SUITES.names():
        try:
            suite: Suite = registry.load(name)
        except BrokenEnvironmentError:
            continue
        if isinstance(suite, WritesFiles):
            yield name, suite


def _option(word: str, suite: str, field: Declared) -> click.Option:
    parameter = f"file_of_{suite}_{field.name}".replace("-", "_")
    if field.kind == "switch":
        return click.Option([word, parameter], is_flag=True, help=field.help)
    place = field.kind == "place"
    return click.Option(
        [word, parameter],
        type=click.Path(dir_okay=False) if place else type_of(field),
        metavar="FILE" if place else None,
        multiple=field.many,
        help=field.help,
    )

"""Find implementations by name: built-in ones in a table, those of other packages by entry points.

Suites, formats, detectors, sets of metrics and kinds of pages all use this registry. Nothing is
imported before it is used.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from history.words.errors import BrokenEnvironmentError, UsageError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Registry(Generic[T]):
    """All implementations of one protocol, by name."""

    kind: str
    """Name of the kind in messages, such as "format"."""
    protocol: type[object]
    """The required interface: a Protocol, or a class that it is an instance of."""
    optional: tuple[type[object], ...] = ()
    """Optional protocols with one method each; a method that exists must match."""
    built_in: Mapping[str, str]
    """Name -> ``module:attribute``, a class or an object. No package can replace one."""
    group: str = ""
    """Entry-point group through which other packages join; empty where none can."""

    def names(self) -> tuple[str, ...]:
        """Built-in names in table order, then those of other packages, sorted."""
        others = {entry.name for entry in self._entries()} - self.built_in.keys()
        return (*self.built_in, *sorted(others))

    def has(self, name: str) -> bool:
        """Whether there is one of that name."""
        return name in self.built_in or any(entry.name == name for entry in self._entries())

    def target(self, name: str) -> str:
        """``module:attribute`` of that name.

        Raises UsageError with the nearest name when there is none, BrokenEnvironmentError when two
        packages offer it.
        """
        if name in self.built_in:
            return self.built_in[name]
        offers = {entry.value: entry for entry in self._entries() if entry.name == name}
        if len(offers) > 1:
            raise BrokenEnvironmentError(
                f'{len(offers)} packages offer a {self.kind} called "{name}":'
                f" {', '.join(sorted(map(_origin, offers.values())))}.",
                hint="Uninstall all but one of them.",
            )
        if not offers:
            raise unknown(self.kind, name, self.names())
        return next(iter(offers))

    def find(self, name: str) -> T:
        """The implementation of that name; raises like ``target`` and ``load``."""
        return self.load(self.target(name), name)

    def load(self, target: str, name: str = "") -> T:
        """The object at ``module:attribute``; for a class, an instance made without arguments.

        Raises BrokenEnvironmentError when it cannot be imported or does not match the protocol.
        """
        what = f'the {self.kind} "{name or target}"'
        module, _, attribute = target.partition(":")
        try:
            found = getattr(import_module(module), attribute, None)
            made = found() if isinstance(found, type) else found
        except Exception as error:
            raise BrokenEnvironmentError(
                f"{what} cannot be made from {target}: {type(error).__name__}: {error}.",
                hint="Run `soundmark doctor` to see what is missing and how to get it.",
            ) from error
        if made is None:
            raise BrokenEnvironmentError(f"{what} is registered as {target}, which does not exist.")
        wrong = "; ".join(self._faults(made))
        if wrong:
            raise BrokenEnvironmentError(
                f"{what} is registered as {target}, which is no {self.protocol.__name__}: {wrong}.",
                hint="The package that offers it has to be mended, or brought to this version.",
            )
        return cast("T", made)

    def hidden(self) -> tuple[str, ...]:
        """A sentence for each entry of a package with the name of a built-in one."""
        return tuple(
            f'{_origin(entry)} offers a {self.kind} called "{entry.name}", which soundmark has'
            " itself: its own is used."
            for entry in sorted(self._entries(), key=lambda entry: (entry.name, entry.value))
            if entry.name in self.built_in
        )

    def _entries(self) -> Iterable[EntryPoint]:
        from importlib.metadata import entry_points  # slow, and a measuring child asks for none

        return entry_points(group=self.group) if self.group else ()

    def _faults(self, made: object) -> Iterator[str]:
        if not getattr(self.protocol, "_is_protocol", False):
            if not isinstance(made, self.protocol):
                yield f"it is a {type(made).__name__}"
            return
        yield from faults(made, self.protocol)
        for one in self.optional:
            if any(hasattr(made, name) for name in _methods(one)):
                yield from faults(made, one)


def unknown(kind: str, name: str, names: Iterable[str]) -> UsageError:
    """The error for an unknown name: it lists the nearest, or all."""
    known = tuple(names)
    near = difflib.get_close_matches(name, known, n=1)
    advice = f'Did you mean "{near[0]}"?' if near else f"Known {kind}s: {', '.join(known)}."
    return UsageError(f'there is no {kind} called "{name}".', hint=advice)


def faults(made: object, protocol: type[object]) -> Iterator[str]:
    """The faults of an object against a protocol: fields, methods, and their arguments."""
    for name in _fields(protocol):
        if not hasattr(made, name):
            yield f"expected a field {name}"
    for name, method in _methods(protocol).items():
        asked = tuple(inspect.signature(method).parameters)[1:]
        own = getattr(made, name, None)
        if not callable(own):
            yield f"expected a method {name}({', '.join(asked)})"
        elif not _takes(own, len(asked)):
            yield f"expected {name}({', '.join(asked)}), found {name}{inspect.signature(own)}"


def _bases(protocol: type[object]) -> Iterator[type[object]]:
    return (base for base in protocol.__mro__ if getattr(base, "_is_protocol", False))


def _fields(protocol: type[object]) -> tuple[str, ...]:
    found = (name for base in _bases(protocol) for name in inspect.get_annotations(base))
    return tuple(dict.fromkeys(name for name in found if not name.startswith("_")))


def _methods(protocol: type[object]) -> dict[str, Callable[..., object]]:
    return {
        name: member
        for base in _bases(protocol)
        for name, member in vars(base).items()
        if not name.startswith("_") and inspect.isfunction(member)
    }


def _takes(method: Callable[..., object], count: int) -> bool:
    """Whether it accepts so many positional arguments; unknown counts as yes."""
    try:
        inspect.signature(method).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _origin(entry: EntryPoint) -> str:
    package = entry.dist.name if entry.dist is not None else "a package"
    return f"{package} ({entry.value})"

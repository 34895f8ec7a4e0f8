"""Which suites exist, by name, without importing any of them."""

from __future__ import annotations

import difflib
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final, cast

from collector.contract import Suite
from history.words.errors import BrokenEnvironmentError, UsageError

GROUP: Final = "soundmark.suites"

BUILT_IN: Final[dict[str, str]] = {
    "alignment": "collector.suites.alignment:Alignment",
    "command": "collector.suites.command:Command",
    "golden": "collector.suites.golden:Golden",
    "lifecycle": "collector.suites.lifecycle:Lifecycle",
    "micro": "collector.suites.micro:Micro",
    "tts": "collector.suites.tts:Tts",
    "whisper": "collector.suites.whisper:Whisper",
}
"""Name -> ``module:Class``. The module is imported only when the suite is asked for."""


def known() -> dict[str, str]:
    """Name -> ``module:Class`` of every suite: the built-in ones, then those of other packages."""
    found = dict(BUILT_IN)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        found.setdefault(entry.name, entry.value)
    return found


def target_of(name: str) -> str:
    """``module:Class`` of a suite; a name that already has that form is taken as it is.

    Raises UsageError with the nearest name when there is no such suite.
    """
    if ":" in name:
        return name
    names = known()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        advice = f'Did you mean "{near[0]}"?' if near else f"Known suites: {', '.join(names)}."
        raise UsageError(f'there is no suite called "{name}".', hint=advice)
    return names[name]


def load(name: str) -> Suite:
    """The suite of that name, or of that ``module:Class``.

    Raises UsageError when there is none, BrokenEnvironmentError when it cannot be imported.
    """
    module, _, attribute = target_of(name).partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except ImportError as error:
        raise BrokenEnvironmentError(
            f'the suite "{name}" cannot be imported from {module}: {error}.',
            hint="Run `soundmark doctor` to see what is missing and how to get it.",
        ) from error
    except AttributeError:
        raise BrokenEnvironmentError(
            f'the suite "{name}" is registered as {module}:{attribute}, which does not exist.'
        ) from None
    # An entry point may name the class or one suite made of it.
    return cast("Suite", found() if isinstance(found, type) else found)

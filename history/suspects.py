"""Name what else changed between the two sides of a change: the code may be innocent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from history import targets

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_A_CAUSE: Final = frozenset({targets.GROUP})
"""Groups that are kept with a run but do not act on it."""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """``("libraries.torch: 2.12.0 -> 2.13.0",)``: fields that differ, sorted by name."""
    old, new = flat(before), flat(after)
    return tuple(
        f"{name}: {old.get(name, 'absent')} -> {new.get(name, 'absent')}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    )


def flat(environment: Mapping[str, Any]) -> dict[str, str]:
    """``group.field`` to text, without what does not act on a run."""
    found: dict[str, str] = {}
    for group, fields in environment.items():
        if group in _NOT_A_CAUSE:
            continue
        if isinstance(fields, dict):
            found.update({f"{group}.{name}": str(value) for name, value in fields.items()})
        else:
            found[group] = str(fields)
    return found

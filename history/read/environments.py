"""Compare the environments of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from history.read.view import View


class Difference(NamedTuple):
    """One field of an environment that changed."""

    name: str
    """``group.field``."""
    before: str | None
    """None where the field was absent."""
    now: str | None


def text_of(value: object) -> str:
    """A field as text: JSON, but for what is text already."""
    if isinstance(value, str):
        return value
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str).decode()


def flat(
    environment: Mapping[str, Any],
    without: Collection[str] = (),
    text: Callable[[object], str] = text_of,
) -> dict[str, str]:
    """Flatten two levels, sorted by name, as ``libraries.torch``.

    Groups in ``without`` are left out; ``text`` formats a field.
    """
    found: dict[str, str] = {}
    for group, fields in environment.items():
        if group in without:
            continue
        if isinstance(fields, dict):
            found |= {f"{group}.{name}": text(value) for name, value in fields.items()}
        else:
            found[group] = text(fields)
    return dict(sorted(found.items()))


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[Difference, ...]:
    """Fields that differ between two flat environments, sorted by name."""
    return tuple(
        Difference(name, before.get(name), now.get(name))
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    )


def news(view: View, without: Collection[str]) -> dict[int, tuple[Difference, ...]]:
    """Position of a run -> changes of its environment since earlier runs on its machine.

    Only groups that both sides have are compared, so a suite that did not run changes nothing. Runs
    without a change and excluded runs are left out.
    """
    known: dict[str, dict[str, str]] = {}
    flattened = {key: flat(one, without) for key, one in view.environments.items()}
    found = {}
    for run in view.counting:
        now = flattened.get(run.environment_key, {})
        before = known.get(run.machine.machine_id, {})
        told = {_group(name) for name in now}
        both = {_group(name) for name in before} & told
        fresh = tuple(one for one in differences(before, now) if _group(one.name) in both)
        if fresh:
            found[run.position] = fresh
        kept = {name: words for name, words in before.items() if _group(name) not in told}
        known[run.machine.machine_id] = kept | now
    return found


def _group(name: str) -> str:
    return name.partition(".")[0]

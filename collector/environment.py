"""Record what surrounded a run: software, settings, load and limits.

Two levels, group and field. What cannot be read is left out or said so in words, never zero. No
user name, path, host name, secret or token: every text goes through ``scrub``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from collector import isolation

if TYPE_CHECKING:
    from collector.plan import SuiteWork


class Recorder:
    """Reads the surroundings before and after, and what was in force in each child."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, Any]] = {}

    def before(self) -> None:
        """Read what may change while measuring."""

    def after(self) -> None:
        """Read it again."""

    def suite(self, work: SuiteWork, facts: Mapping[str, Mapping[str, object]]) -> None:
        """Keep what was asked of each child, and what it said was in force."""
        for process in work.plan.processes:
            if process.name in facts:
                asked = {f"asked {key}": value for key, value in isolation.asked(process).items()}
                self._groups[f"{work.name}/{process.name}"] = asked | dict(facts[process.name])

    def warnings(self) -> list[str]:
        """What in the surroundings may have disturbed the numbers."""
        return []

    def environment(self) -> dict[str, dict[str, Any]]:
        """Group -> field -> value."""
        return self._groups

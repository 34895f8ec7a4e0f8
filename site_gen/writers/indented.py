"""Load templates whose long lines are broken and indented, without the breaks reaching the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import PackageLoader

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

_BREAK = re.compile(r"(.)\n +(.)")


def joined(template: str) -> str:
    """The template with every line that begins with spaces joined to the line before.

    Nothing is put between two tags; in a sentence or an expression the break becomes one space.
    """
    return _BREAK.sub(_join, template)


class IndentedLoader(PackageLoader):
    """Loads the templates of a package joined."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool] | None]:
        """Source, file name and whether the file is unchanged, as Jinja asks for them."""
        source, path, is_current = super().get_source(environment, template)
        return joined(source), path, is_current


def _join(found: re.Match[str]) -> str:
    before, after = found.groups()
    between_tags = before in ">}" and after in "<{"
    return f"{before}{after}" if between_tags else f"{before} {after}"

"""The extra ``speech``: its packages as requirements of the suites that import them."""

from __future__ import annotations

from typing import Final

from collector.contract import Requirement

_INSTALL: Final = "pip install 'soundmark[speech]'"


def packages(*modules: str) -> tuple[Requirement, ...]:
    """These packages of the extra, as the requirements of a suite."""
    return tuple(Requirement(kind="module", name=name, install=_INSTALL) for name in modules)

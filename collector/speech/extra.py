"""The packages of soundmark's extras, as requirements of the suites that import them."""

from __future__ import annotations

from collector.contract import Requirement


def packages(*modules: str, extra: str = "speech") -> tuple[Requirement, ...]:
    """These packages of an extra, as the requirements of a suite."""
    install = f"pip install 'soundmark[{extra}]'"
    return tuple(Requirement(kind="module", name=name, install=install) for name in modules)

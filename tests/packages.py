"""Install another package for one test, as pip would: a module and its entry points."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """``install("foreign", {"soundmark.formats": {"name": "module:thing"}}, module=source)``.

    Returns the folder the package lies in; child processes see it too.
    """
    modules: list[str] = []

    def do(name: str, groups: Mapping[str, Mapping[str, str]], **sources: str) -> Path:
        folder = tmp_path / "site-packages" / name
        about = folder / f"{name}-1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(
            "".join(
                f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
                for group, entries in groups.items()
            )
        )
        for module, source in sources.items():
            (folder / f"{module}.py").write_text(dedent(source))
            modules.append(module)
        monkeypatch.syspath_prepend(folder)
        monkeypatch.setenv("PYTHONPATH", str(folder), prepend=":")
        return folder

    yield do
    for module in modules:
        sys.modules.pop(module, None)

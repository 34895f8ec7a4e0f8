"""A frame without MkDocs: a head, a navigation and the page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from history import addresses
from site_gen.shell import frame
from site_gen.shell.interface import ASSETS, THEME, Frames, Plan
from site_gen.shell.policy import guarded
from site_gen.writers.text import clean

if TYPE_CHECKING:
    from pathlib import Path

    from site_gen.shell.frame import Frame

_OWN: Final = ("plain.css", "plain.js", THEME)
_MISSING: Final = "theme/partials/missing.html"
"""Template of the error page, in both shells."""


class Plain:
    """Frames of our own template. It has no documentation: nothing here reads Markdown."""

    method_pages: tuple[tuple[str, str], ...] = ()
    made_of = ""

    def __init__(self, root: Path, work: Path) -> None:  # noqa: ARG002 - as every shell
        """``work`` is where the page for errors is kept until it is put into the site."""
        self._work = work

    def frames(self, plan: Plan) -> Frames:
        """The frames, made from one template."""
        missing = self._work / "404.html"
        missing.parent.mkdir(parents=True, exist_ok=True)
        missing.write_text(guarded(_missing(plan)), encoding="utf-8")
        return Frames(
            frames={one: _frame(plan, one) for one in (*plan.named, *plan.loose)},
            files={"404.html": missing} | {f"assets/{name}": ASSETS / name for name in _OWN},
            documents=(),
        )


def _frame(plan: Plan, address: str) -> Frame:
    root = "../" * (address.count("/") + 1) if address else ""
    return frame.cut(_render(plan, root, address, frame.TITLE, frame.CONTENT), address)


def _missing(plan: Plan) -> str:
    """The page for errors, whose links hold wherever it is shown."""
    path = "/" + plan.url.partition("://")[2].partition("/")[2]
    root = path if path.endswith("/") else f"{path}/"
    content = _environment().get_template(_MISSING).render(root=root)
    return _render(plan, root, "", "Not found", content)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("site_gen", "shell"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(plan: Plan, root: str, address: str, title: str, content: str) -> str:
    url = plan.url.rstrip("/")
    return (
        _environment()
        .get_template("plain.html")
        .render(
            site={"title": clean(plan.title), "footer": plan.footer},
            navigation=plan.navigation,
            styles=plan.styles,
            root=root,
            title=title,
            description=frame.DESCRIPTION if content == frame.CONTENT else "",
            canonical=f"{url}/{address}/" if url and address else (f"{url}/" if url else ""),
            content=content,
            active=address if content == frame.CONTENT else None,
            clean=clean,
            feed=addresses.FEED,
        )
    )

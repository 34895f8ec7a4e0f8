"""Have MkDocs make the site of the pages that were written: the only module that knows it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC
from html import escape
from typing import TYPE_CHECKING, Any

import orjson

from history import addresses
from history.words.errors import BrokenEnvironmentError
from site_gen.writers.html import clean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from site_gen.pages.context import Context
    from site_gen.writers.tree import Tree

_EXTENSIONS: tuple[Any, ...] = (
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "tables",
    {"toc": {"permalink": True}},
    "pymdownx.details",
    "pymdownx.superfences",
    {"pymdownx.highlight": {"anchor_linenums": False}},
    "pymdownx.inlinehilite",
)


def own_docs(root: Path, tree: Tree) -> tuple[tuple[tuple[str, str], ...], list[Any]]:
    """The project's own MkDocs pages below ``docs/``: (method pages, navigation)."""
    config = root / "mkdocs.yml"
    if not config.is_file():
        return (), []
    from mkdocs.utils.yaml import yaml_load

    own = yaml_load(config.read_text(encoding="utf-8"))
    folder = root / own.get("docs_dir", "docs")
    if not folder.is_dir():
        return (), []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(
            part.startswith(".") for part in path.parts[len(folder.parts) :]
        ):
            tree.copy(f"docs/{path.relative_to(folder).as_posix()}", path)
    method = tuple(
        (path.stem.replace("-", " ").capitalize(), f"docs/method/{path.stem}")
        for path in sorted((folder / "method").glob("*.md"))
        if path.stem != "index"
    )
    return method, _below_docs(own.get("nav") or [])


def _below_docs(nav: Any) -> Any:  # noqa: ANN401 - YAML
    if isinstance(nav, list):
        return [_below_docs(item) for item in nav]
    if isinstance(nav, dict):
        return {title: _below_docs(item) for title, item in nav.items()}
    return nav if "://" in nav else f"docs/{nav}"


def run(
    file: Path,
    context: Context,
    docs: Path,
    out: Path,
    docs_nav: list[Any],
    titles: Mapping[str, str],
) -> None:
    """Make a site of the pages in ``docs``; ``titles`` has that of every generated one.

    Its clock stands still at the newest run, so that rebuilding changes nothing. ``file`` is where
    its configuration is written. Raises BrokenEnvironmentError with what MkDocs says.
    """
    file.write_bytes(_config(context, docs, out, docs_nav, titles))
    newest = max((run.started_at for run in context.view.counting), default=None)
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": "ignore"}
    if newest is not None:
        moment = newest.replace(tzinfo=UTC)
        environment["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--quiet",
            "--config-file",
            str(file),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()[-15:]
        raise BrokenEnvironmentError(
            "MkDocs could not build the site:\n" + "\n".join(f"  {line}" for line in words),
            hint="Run with --debug for more, and see docs/site.md.",
        )


def _config(
    context: Context, docs: Path, out: Path, docs_nav: list[Any], titles: Mapping[str, str]
) -> bytes:
    """The configuration as JSON, which is YAML as well."""
    site = context.site
    nav: list[Any] = [
        {"Overview": "index.md"},
        {
            "Suites": [
                f"{addresses.SUITES}/index.md",
                *(
                    {escape(clean(suite.name)): f"{suite.path}/index.md"}
                    for suite in context.catalogue.suites
                ),
            ]
        },
        {"SLA": f"{addresses.SLA}/index.md"},
        {"Regressions": f"{addresses.REGRESSIONS}/index.md"},
        *(
            {titles[path]: f"{path}/index.md"}
            for path in (addresses.COMPARE, addresses.MEMORY, addresses.GOLDEN)
            if path in titles
        ),
        {"Runs": f"{addresses.RUNS}/index.md"},
        {"Machines": f"{addresses.MACHINES}/index.md"},
        {"Data": f"{addresses.DATA}/index.md"},
        {"Method": f"{addresses.METHOD}/index.md"},
    ]
    if docs_nav:
        nav.append({"Documentation": docs_nav})
    features = ["navigation.tabs", "navigation.indexes", "navigation.prune", "content.code.copy"]
    if site.url:
        features.append("navigation.instant")
    config = {
        "site_name": escape(clean(site.title)),
        "site_description": escape(clean(site.description)) or None,
        "site_url": site.url or None,
        "docs_dir": str(docs),
        "site_dir": str(out.resolve()),
        "use_directory_urls": True,
        "nav": nav,
        "theme": {
            "name": "material",
            "font": False,
            "logo": "assets/logo.svg",
            "favicon": "assets/logo.svg",
            "features": features,
            "palette": [
                _scheme("(prefers-color-scheme)", "", "auto", "Use light colours"),
                _scheme("(prefers-color-scheme: light)", "default", "sunny", "Use dark colours"),
                _scheme("(prefers-color-scheme: dark)", "slate", "night", "Follow the system"),
            ],
        },
        "plugins": ["search"],
        # Generated pages are HTML; extensions would only read every tag of them once more.
        "markdown_extensions": _EXTENSIONS if docs_nav else [],
        "extra_css": ["assets/soundmark.css"],
        "extra_javascript": ["assets/soundmark.js"],
        "copyright": _footer(context),
        "validation": {"nav": {"omitted_files": "ignore"}, "absolute_links": "warn"},
    }
    return orjson.dumps(config, option=orjson.OPT_INDENT_2)


def _footer(context: Context) -> str:
    origin = "Simulated numbers: nothing here was measured. " if context.site.simulated else ""
    return f"{origin}Kept and drawn by soundmark. No request leaves this site."


def _scheme(media: str, scheme: str, icon: str, name: str) -> dict[str, Any]:
    icons = {"auto": "brightness-auto", "sunny": "weather-sunny", "night": "weather-night"}
    found: dict[str, Any] = {
        "media": media,
        "primary": "custom",
        "accent": "custom",
        "toggle": {"icon": f"material/{icons[icon]}", "name": name},
    }
    if scheme:
        found["scheme"] = scheme
    return found

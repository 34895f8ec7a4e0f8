"""Build the project's documentation and the frames by MkDocs: the only module that uses it."""

from __future__ import annotations

import os
import posixpath
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from history.words.errors import BrokenEnvironmentError
from site_gen.shell import frame, headings, policy
from site_gen.shell.interface import ASSETS, THEME, Frames, Plan, Section
from site_gen.shell.policy import guarded
from site_gen.writers.text import clean
from site_gen.writers.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from site_gen.shell.navigation import Entry

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
_PACKAGES: Final = ("mkdocs", "mkdocs-material", "markdown", "pymdown-extensions", "jinja2")
"""Packages that a frame also depends on."""
_THEME: Final = Path(__file__).parent / "theme"
"""Templates that override parts of the theme."""
_INDEX: Final = "search/search_index.json"
_HOOK: Final = Path(headings.__file__)
_INDENTED: Final = orjson.OPT_INDENT_2
_WORDS: Final = re.compile(r"[^\s()<>\[\]\"'#?]+")


@dataclass(frozen=True, slots=True)
class Documentation:
    """The project's own pages, as they will lie in the site."""

    files: Mapping[str, Path] = field(default_factory=dict)
    """Files below ``docs/``, by name."""
    navigation: Any = ()
    method_pages: tuple[tuple[str, str], ...] = ()


class MkDocs:
    """Frames of the Material theme, with the documentation of the project."""

    def __init__(self, root: Path, work: Path) -> None:
        """``root`` has the project's ``mkdocs.yml``, if any; ``work`` keeps what was made."""
        self._root = root
        self._work = work

    @cached_property
    def _own(self) -> Documentation:
        return documentation(self._root)

    @property
    def method_pages(self) -> tuple[tuple[str, str], ...]:
        """Title and address of the documentation's pages about methods."""
        return self._own.method_pages

    @property
    def made_of(self) -> str:
        """One name for the documentation and its configuration."""
        found = sha256(repr(self._own).encode("utf-8", "surrogatepass"))
        for path in self._own.files.values():
            found.update(sha256(path.read_bytes()).digest())
        return found.hexdigest()

    def frames(self, plan: Plan) -> Frames:
        """The frames and the documentation; MkDocs runs only when something about them is new."""
        source, site = Tree(self._work / "source"), self._work / "site"
        made = (*plan.named, *plan.loose)
        for name, path in self._own.files.items():
            source.copy(name, path)
        page = page_source(frame.TITLE, frame.DESCRIPTION, frame.CONTENT)
        linked = _linked(self._own.files, plan)
        stubs = [*map(_file, made), *linked]
        for name in stubs:
            source.put(name, page if name.endswith(".md") else b"")
        source.sweep()
        config = orjson.dumps(_config(plan, source.folder, site, self._own), option=_INDENTED)
        self._build(config, source)
        frames = {
            one: frame.cut((site / _html(_file(one))).read_text("utf-8"), one) for one in made
        }
        left_out = {"sitemap.xml", "sitemap.xml.gz", _INDEX, headings.FILE, *map(_html, stubs)}
        files = {name: path for name, path in _files(site) if name not in left_out}
        files[f"assets/{THEME}"] = ASSETS / THEME
        return Frames(
            frames=frames,
            files=files,
            documents=tuple(
                name.removesuffix("index.html").rstrip("/")
                for name in files
                if name.startswith("docs/") and name.endswith("index.html")
            ),
            sections=_sections(site / headings.FILE),
        )

    def _build(self, config: bytes, source: Tree) -> None:
        """Run MkDocs unless it has made just this before."""
        kept = self._work / "made-of"
        digest = sha256(config + Path(__file__).read_bytes() + _HOOK.read_bytes())
        digest.update(Path(policy.__file__).read_bytes())
        digest.update(repr([version(one) for one in _PACKAGES]).encode())
        for path in sorted(_THEME.rglob("*.html")):
            digest.update(path.read_bytes())
        for name in sorted(source.files):
            digest.update(name.encode() + sha256((source.folder / name).read_bytes()).digest())
        if kept.is_file() and kept.read_text("utf-8") == digest.hexdigest():
            return
        kept.unlink(missing_ok=True)
        file = self._work / "mkdocs.yml"
        file.write_bytes(config)
        run(file)
        for _, page in _files(self._work / "site"):
            if page.suffix == ".html":
                page.write_text(guarded(page.read_text("utf-8"), is_ours=False), "utf-8")
        kept.write_text(digest.hexdigest(), "utf-8")


def documentation(root: Path) -> Documentation:
    """The project's own MkDocs pages, which will lie below ``docs/``."""
    config = root / "mkdocs.yml"
    if not config.is_file():
        return Documentation()
    own = _read(config)
    folder = root / own.get("docs_dir", "docs")
    if not folder.is_dir():
        return Documentation()
    files = {
        f"docs/{name}": path
        for name, path in _files(folder)
        if not any(part.startswith(".") for part in name.split("/"))
    }
    method = tuple(
        (path.stem.replace("-", " ").capitalize(), f"docs/method/{path.stem}")
        for path in sorted((folder / "method").glob("*.md"))
        if path.stem != "index"
    )
    return Documentation(files, _below_docs(own.get("nav") or []), method)


def below_docs(folder: Path) -> str:
    """Where a folder lies in the documentation of the MkDocs project around it, as ``benchmarks``.

    The name of the folder where no project is found.
    """
    for above in folder.resolve().parents:
        config = above / "mkdocs.yml"
        if config.is_file():
            docs = above / _read(config).get("docs_dir", "docs")
            if folder.resolve().is_relative_to(docs.resolve()):
                return folder.resolve().relative_to(docs.resolve()).as_posix()
    return folder.name


def _read(config: Path) -> dict[str, Any]:
    """What a project's ``mkdocs.yml`` says; an empty file says nothing."""
    from mkdocs.utils.yaml import yaml_load

    return yaml_load(config.read_text(encoding="utf-8")) or {}


def page_source(title: str, description: str, content: str) -> str:
    """A page as MkDocs reads it: what its theme looks at, then one HTML element.

    The theme prints titles as they are, so they are escaped. Generated pages are not in its search.
    """
    lines = (
        "---",
        f"title: {orjson.dumps(escape(clean(title))).decode()}",
        f"description: {orjson.dumps(escape(clean(description))).decode()}",
        "hide: [navigation, toc]",
        "search:",
        "  exclude: true",
        "---",
    )
    return "\n".join([*lines, "", content, ""])


def run(config: Path) -> None:
    """Run MkDocs with a configuration. Raises BrokenEnvironmentError with its output."""
    environment = {"NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": "ignore", "SOURCE_DATE_EPOCH": "0"}
    done = subprocess.run(
        # Not quietly: with --quiet MkDocs does not count warnings as faults.
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", config],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        words = [line for line in said if not line.startswith("INFO")][-15:]
        raise BrokenEnvironmentError(
            "MkDocs could not build the site:\n" + "\n".join(f"  {line}" for line in words),
            hint="Run with --debug for more, and see docs/site.md.",
        )


def _linked(own: Mapping[str, Path], plan: Plan) -> set[str]:
    """Generated files that documentation links to: MkDocs looks whether they are there."""
    known = {*map(_file, plan.addresses), *plan.others}
    found: set[str] = set()
    for name, path in own.items():
        if not name.endswith(".md"):
            continue
        folder = posixpath.dirname(name)
        words = _WORDS.findall(path.read_text(encoding="utf-8", errors="replace"))
        found |= {posixpath.normpath(f"{folder}/{word}") for word in words if "/" in word} & known
    return found - own.keys()


def _sections(noted: Path) -> tuple[Section, ...]:
    """Every heading of the documentation, as the hook wrote them down."""
    rows = orjson.loads(noted.read_bytes())
    return tuple(Section(title, address) for title, address in rows if title)


def _below_docs(nav: Any) -> Any:  # noqa: ANN401 - YAML
    if isinstance(nav, list):
        return [_below_docs(item) for item in nav]
    if isinstance(nav, dict):
        return {title: _below_docs(item) for title, item in nav.items()}
    return nav if "://" in nav else f"docs/{nav}"


def _file(address: str) -> str:
    """Name of the Markdown file of a page."""
    return f"{address}/index.md" if address else "index.md"


def _html(name: str) -> str:
    """Name of what MkDocs makes of a file."""
    return f"{name.removesuffix('.md')}.html" if name.endswith(".md") else name


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _navigation(entries: Collection[Entry]) -> list[Any]:
    rows: list[Any] = []
    for one in entries:
        title = escape(clean(one.title))
        below = _navigation(one.below)
        rows.append({title: [_file(one.path), *below] if below else _file(one.path)})
    return rows


def _config(plan: Plan, docs: Path, out: Path, own: Documentation) -> dict[str, Any]:
    """The configuration, which is written as JSON: that is YAML as well."""
    nav = _navigation(plan.navigation)
    if own.navigation:
        nav.append({"Documentation": own.navigation})
    features = ["navigation.tabs", "navigation.indexes", "navigation.prune", "content.code.copy"]
    if plan.url:
        features.append("navigation.instant")
    return {
        "site_name": escape(clean(plan.title)),
        "site_description": escape(clean(plan.description)) or None,
        "site_url": plan.url or None,
        "docs_dir": str(docs),
        "site_dir": str(out.resolve()),
        "use_directory_urls": True,
        "nav": nav,
        "theme": {
            "name": "material",
            "custom_dir": str(_THEME),
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
        "hooks": [str(_HOOK)],
        "markdown_extensions": _EXTENSIONS,
        "extra_css": [f"assets/{THEME}", "assets/soundmark.css", *plan.styles],
        "extra_javascript": ["assets/soundmark.js"],
        "copyright": plan.footer,
        "validation": {"nav": {"omitted_files": "ignore"}, "absolute_links": "warn"},
    }


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

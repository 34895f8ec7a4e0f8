"""Bundle the scripts, chart specifications and the Vega library for browsers."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final


def _charts(*names: str) -> tuple[str, ...]:
    return tuple(f"charts/{name}" for name in names)


_SCRIPTS: Final = {
    "soundmark.js": ("soundmark", "data"),
    "charts.js": _charts("view", "numbers", "record", "state", "rows", "words", "page"),
    "chart-tools.js": _charts("strip", "tip", "pointer", "smaller"),
    "tables.js": ("tables",),
    "pick.js": ("scale", "gather", "pick"),
    "measured.js": ("scale", "gather", "measured"),
    "search.js": ("search",),
}
"""What every page runs, what draws a chart, what works on it once it is drawn, what orders tables,
what picks commits, what lists numbers of older runs, and what finds: files of ``assets/``, each
after those that it uses."""
_COMMENTS: Final = re.compile(r"^[ \t]*(?:/\*.*?\*/[ \t]*|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
_INDENTS: Final = re.compile(r"^[ \t]+", re.MULTILINE)  # no text goes over several lines


def scripts() -> dict[str, bytes]:
    """File name to a script that pages load, without its comments and indents."""
    folder = files("site_gen") / "assets"
    found = {}
    for name, parts in _SCRIPTS.items():
        text = "".join((folder / f"{part}.js").read_text("utf-8") for part in parts)
        found[f"assets/{name}"] = _INDENTS.sub("", _COMMENTS.sub("", text)).encode()
    return found


def compiled() -> dict[str, bytes]:
    """File name to content: Vega, its licences, and each kind of chart as it was compiled."""
    found = {}
    for file in sorted((files("site_gen") / "charts" / "compiled").iterdir(), key=lambda f: f.name):
        if file.name.endswith((".vl.json", ".vg.json")):
            found[f"assets/charts/{file.name}"] = file.read_bytes()
        elif file.name.startswith("vega."):
            found[f"assets/{file.name}"] = file.read_bytes()
    return found

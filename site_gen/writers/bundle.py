"""Make the files that browsers draw charts with: specifications and the Vega library itself."""

from __future__ import annotations

import re
from hashlib import blake2b
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

import orjson

from history.words.errors import BrokenEnvironmentError
from site_gen import charts
from site_gen.writers.cache import put

VEGA_LITE = "6.4"
_INTERPRETER: Final = re.compile(rb"/npm/vega-interpreter@([\d.]+)/\+esm")


def _charts(*names: str) -> tuple[str, ...]:
    return tuple(f"charts/{name}" for name in names)


_SCRIPTS: Final = {
    "soundmark.js": ("soundmark", "data"),
    "charts.js": _charts("view", "numbers", "record", "state", "rows", "words", "page"),
    "chart-tools.js": _charts("strip", "tip", "pointer", "smaller"),
    "tables.js": ("tables",),
    "pick.js": ("pick",),
    "search.js": ("search",),
}
"""What every page runs, what draws a chart, what works on it once it is drawn, what orders tables,
what picks commits and what finds: files of ``assets/``, each after those that it uses."""
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


def specifications(cache: Path) -> dict[str, bytes]:
    """File name to content: each kind as Vega-Lite, to be read, and as Vega, to be drawn.

    Kept in `cache` as long as neither the kinds nor what compiles them change: that takes a second
    and a hundred megabytes.
    """
    digest = blake2b(digest_size=8)
    for package in ("altair", "vl-convert-python"):
        digest.update(version(package).encode())
    for file in sorted(Path(charts.__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    kept = cache / f"charts-{digest.hexdigest()}.json"
    if kept.is_file():
        found: dict[str, str] = orjson.loads(kept.read_bytes())
    else:
        found = _compiled()
        put(kept, orjson.dumps(found))
    return {name: content.encode() for name, content in found.items()}


def _compiled() -> dict[str, str]:
    import vl_convert

    from site_gen.charts import registry
    from site_gen.charts.interface import vega_lite

    found = {}
    for kind in registry.every():
        lite = vega_lite(kind)
        known = VEGA_LITE in vl_convert.get_vegalite_versions()
        vega = vl_convert.vegalite_to_vega(lite, vl_version=VEGA_LITE if known else None)
        for name, spec in (("vl", lite), ("vg", vega)):
            text = orjson.dumps(spec, option=orjson.OPT_SORT_KEYS).decode()
            found[f"charts/{kind.name}.{name}.json"] = text
    return found


def vega(cache: Path) -> bytes:
    """Vega alone as one script that sets ``window.vega``; kept in `cache`, as it takes a second.

    Compiled specifications need neither Vega-Lite nor vega-embed: 205 instead of 305 kB with gzip.
    Their expressions are interpreted, so that no page has to allow that texts are evaluated.
    """
    import vl_convert

    release = vl_convert.get_vega_version()
    kept = cache / f"vega-{release}-{version('vl-convert-python')}-interpreted.js"
    if kept.is_file():
        return kept.read_bytes()
    # vl-convert resolves these addresses from its own copies; no network is used.
    parts = (("vega", release, "parse, View, Warn"), _interpreter())
    snippet = "".join(
        f'import {{{names}}} from "https://cdn.jsdelivr.net/npm/{package}@{number}/+esm"; '
        for package, number, names in parts
    )
    every = ", ".join(names for *_, names in parts)
    data = vl_convert.javascript_bundle(f"{snippet}window.vega = {{{every}}};").encode()
    put(kept, data)
    return data


def _interpreter() -> tuple[str, str, str]:
    """Name, release and contents of the interpreter of Vega's expressions that vl-convert has.

    It tells the release of Vega alone, and panics when asked for a copy that it does not have.
    """
    import vl_convert

    for library in sorted(Path(vl_convert.__file__).parent.glob("vl_convert.*")):
        if library.suffix in {".so", ".pyd"} and (
            found := _INTERPRETER.search(library.read_bytes())
        ):
            return "vega-interpreter", found[1].decode(), "expressionInterpreter"
    raise BrokenEnvironmentError(
        f"vl-convert-python {version('vl-convert-python')} has no vega-interpreter, without which "
        "charts would have to evaluate texts.",
        hint="Install vl-convert-python 1.9, with which soundmark is tested.",
    )

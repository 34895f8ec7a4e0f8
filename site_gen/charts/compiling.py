"""Compile the charts for browsers and bundle Vega, into ``compiled/`` of this package.

``python -m site_gen.charts.compiling`` rewrites the files after a change of a chart or of the
compiler. Builds of sites only copy them, since making them takes longer than a small site.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path
from typing import Final

import orjson

from history.words.errors import BrokenEnvironmentError
from site_gen.charts import registry
from site_gen.charts.interface import vega_lite

FOLDER: Final = Path(__file__).parent / "compiled"
MADE_WITH: Final = "made-with.json"
VEGA_LITE: Final = "6.4"
_INTERPRETER: Final = re.compile(rb"/npm/vega-interpreter@([\d.]+)/\+esm")


def made_with() -> dict[str, str]:
    """The releases of the compiling libraries."""
    return {name: version(name) for name in ("altair", "vl-convert-python")}


def compiled() -> dict[str, bytes]:
    """File name to content: each kind as Vega-Lite, to be read, and as Vega, to be drawn."""
    import vl_convert

    found = {}
    for kind in registry.every():
        lite = vega_lite(kind)
        known = VEGA_LITE in vl_convert.get_vegalite_versions()
        vega = vl_convert.vegalite_to_vega(lite, vl_version=VEGA_LITE if known else None)
        for name, spec in (("vl", lite), ("vg", vega)):
            found[f"{kind.name}.{name}.json"] = orjson.dumps(spec, option=orjson.OPT_SORT_KEYS)
    return found


def vega() -> bytes:
    """Vega alone as one script that sets ``window.vega``.

    Compiled specifications need neither Vega-Lite nor vega-embed: 205 instead of 305 kB with gzip.
    Their expressions are interpreted, so that no page has to allow that texts are evaluated.
    """
    import vl_convert

    release = vl_convert.get_vega_version()
    # vl-convert resolves these addresses from its own copies; no network is used.
    parts = (("vega", release, "parse, View, Warn"), _interpreter())
    snippet = "".join(
        f'import {{{names}}} from "https://cdn.jsdelivr.net/npm/{package}@{number}/+esm"; '
        for package, number, names in parts
    )
    every = ", ".join(names for *_, names in parts)
    bundled = vl_convert.javascript_bundle(f"{snippet}window.vega = {{{every}}};")
    told = f"/*! Vega {release} and what it is made of; their licences: vega.licences.txt */\n"
    return (told + bundled).encode()


def write(folder: Path) -> None:
    """Write every file except the licences, which are updated by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vega.js").write_bytes(vega())
    for name, content in compiled().items():
        (folder / name).write_bytes(content)
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    (folder / MADE_WITH).write_bytes(orjson.dumps(made_with(), option=options))


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


if __name__ == "__main__":
    write(FOLDER)

"""Make the files that browsers draw charts with: specifications and the Vega library itself."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from pathlib import Path

VEGA_LITE = "6.4"


def specifications() -> dict[str, bytes]:
    """File name to content: each kind as Vega-Lite, to be read, and as Vega, to be drawn."""
    import vl_convert

    from site_gen.charts.interface import vega_lite
    from site_gen.charts.registry import KINDS

    found = {}
    for kind in KINDS:
        lite = vega_lite(kind)
        known = VEGA_LITE in vl_convert.get_vegalite_versions()
        vega = vl_convert.vegalite_to_vega(lite, vl_version=VEGA_LITE if known else None)
        found[f"charts/{kind.name}.vl.json"] = orjson.dumps(lite, option=orjson.OPT_SORT_KEYS)
        found[f"charts/{kind.name}.vg.json"] = orjson.dumps(vega, option=orjson.OPT_SORT_KEYS)
    return found


def vega(cache: Path) -> bytes:
    """Vega alone as one script that sets ``window.vega``; kept in `cache`, as it takes a second.

    Compiled specifications need neither Vega-Lite nor vega-embed: 203 instead of 305 kB with gzip.
    """
    import vl_convert

    release = vl_convert.get_vega_version()
    kept = cache / f"vega-{release}-{version('vl-convert-python')}.js"
    if kept.is_file():
        return kept.read_bytes()
    # vl-convert resolves this address from its own copy; no network is used.
    module = f"https://cdn.jsdelivr.net/npm/vega@{release}/+esm"
    names = "parse, View, Warn"
    snippet = f'import {{{names}}} from "{module}"; window.vega = {{{names}}};'
    try:
        script = vl_convert.javascript_bundle(snippet)
    except ValueError:  # another vl-convert keeps its copy under another address
        script = vl_convert.javascript_bundle("window.vega = vegaEmbed.vega;")
    data = script.encode()
    cache.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(data)
    return data

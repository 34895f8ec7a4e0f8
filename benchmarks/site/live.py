"""Print how soon a benchmark's page shows its chart, and how soon a touched chart is live."""

from __future__ import annotations

import argparse
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

TOUCHED: Final = """
addEventListener("DOMContentLoaded", () => {
  const section = document.querySelector("[data-page]");
  const told = (window.told = { drawing: Boolean(section.querySelector("svg")) });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      if (one.name !== "first-contentful-paint") continue;
      told.paint = one.startTime;
      told.touched = performance.now();
      section.dispatchEvent(new PointerEvent("pointerover"));
    }
  }).observe({ type: "paint", buffered: true });
  new MutationObserver(() => {
    if (section.querySelector(".sm-drawn")) told.drawn ??= performance.now();
    if (section.dataset.live) told.live ??= performance.now();
    if (section.dataset.ready) told.every ??= performance.now();
  }).observe(section, { attributes: true, subtree: true });
});
"""
"""Touches the chart with the first paint: before the browser is idle and begins by itself. It is
live when it answers pointer and keys; the smaller charts of the page are drawn after that."""


COLUMNS: Final = (
    *("page", "kB of numbers", "first paint", "drawn after touch"),
    *("live after touch", "all charts after touch", "busy", "script"),
)


class Quiet(SimpleHTTPRequestHandler):
    """Serves a site without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def visit(browser: Browser, address: str, slower: float, latency_ms: float) -> dict[str, float]:
    """Times of one page in milliseconds, with nothing kept from the page before."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    if latency_ms:
        session.send("Network.enable")
        speed = {"downloadThroughput": 2_000_000, "uploadThroughput": 500_000}
        conditions = {"offline": False, "latency": latency_ms, **speed}
        session.send("Network.emulateNetworkConditions", conditions)
    page.add_init_script(TOUCHED)
    page.goto(address)
    page.wait_for_selector('[data-page][data-ready="1"]')
    told: dict[str, Any] = page.evaluate("window.told")
    found = session.send("Performance.getMetrics")["metrics"]
    busy = {one["name"]: one["value"] * 1000 for one in found}
    context.close()
    if not told["drawing"]:
        raise SystemExit(f"{address} has no drawing of its chart")
    return {
        "paint": told["paint"],
        "drawn": told["drawn"] - told["touched"],
        "live": told["live"] - told["touched"],
        "every": told["every"] - told["touched"],
        "busy": busy["TaskDuration"],
        "script": busy["ScriptDuration"],
    }


def main() -> None:
    """One line for each page, then their medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, help="A built site.")
    parser.add_argument("--pages", type=int, default=5)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--slower", type=float, default=1, help="Times the processor is slower.")
    parser.add_argument("--latency-ms", type=float, default=0, help="Of a network of 16 Mbit/s.")
    asked = parser.parse_args()
    serving = partial(Quiet, directory=str(asked.site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), serving)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    files = sorted((asked.site / "data" / "series").rglob("*.json"))
    chosen = files[:: max(1, len(files) // asked.pages)][: asked.pages]
    rows = []
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.browser)
        for file in chosen:
            name = file.relative_to(asked.site / "data" / "series").with_suffix("").as_posix()
            address = f"http://127.0.0.1:{server.server_port}/suites/{name}/"
            rows.append(visit(browser, address, asked.slower, asked.latency_ms))
            _show(name, file.stat().st_size, rows[-1])
        browser.close()
    server.shutdown()
    sizes = [file.stat().st_size for file in chosen]
    _show("median", median(sizes), {key: median(row[key] for row in rows) for key in rows[0]})


def _show(name: str, size: float, row: dict[str, float]) -> None:
    print(
        f"| {name} | {size / 1e3:.0f} |", " | ".join(f"{one:.0f} ms" for one in row.values()), "|"
    )


if __name__ == "__main__":
    main()

"""Print what the search field takes: how much its first use loads, and how soon it answers.

A built site is served with an index of so many benchmarks, commits and runs in place of its own.
"""

from __future__ import annotations

import argparse
import gzip
import threading
from functools import partial
from hashlib import sha256
from http.server import ThreadingHTTPServer
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any, Final

import orjson
from playwright.sync_api import sync_playwright

from benchmarks.site.live import Quiet
from site_gen.writers.data import FORMAT
from site_gen.writers.search import search_file

TYPED: Final = ("t", "to", "top_k", "log_soft", "vocab=32", "wav2vec2 load", "c0ffee", "2026-03")
ANSWERED: Final = """(text) => new Promise((done) => {
    const input = document.querySelector("[data-find] input"), began = performance.now();
    input.value = text;
    input.dispatchEvent(new Event("input"));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""
"""From a letter to the picture after it, with what is found in its place."""
WORK: Final = ("top_k", "log_softmax", "mel", "viterbi", "load_unload", "transcribe", "resample")


def index(benchmarks: int) -> bytes:
    """Suites of named benchmarks with two parameters, as real ones are called."""
    rows = [
        SimpleNamespace(
            benchmark_id=f"micro.{WORK[n % len(WORK)]}[vocab={n * 64},model=wav2vec2-{n % 9}]",
            path=f"suites/micro/{WORK[n % len(WORK)]}-vocab-{n * 64}-{_hash(n)[:8]}",
        )
        for n in range(benchmarks)
    ]
    suites = [SimpleNamespace(name="micro", benchmarks=rows)]
    return search_file(SimpleNamespace(suites=suites), (), ())  # type: ignore[arg-type]


def book(commits: int, machines: int = 2) -> bytes:
    """A history of a run a night on each machine."""
    runs = commits * machines
    return orjson.dumps(
        {
            "format": FORMAT,
            "repository": "",
            "commits": {
                "sha": [_hash(n)[:40] for n in range(commits)],
                "t": [1_700_000_000] + [86_400] * (commits - 1),
                "subject": [f"Bound the beam before scoring, part {n}" for n in range(commits)],
                "path": {},
                "tag": {},
            },
            "branches": {"names": ["main"], "of": {}},
            "machines": [f"runner-{n}" for n in range(machines)],
            "runs": {
                "c": [0 if n % machines or not n else 1 for n in range(runs)],
                "k": [n % machines for n in range(runs)],
                "id": [_hash(-n - 1)[:32] for n in range(runs)],
                "path": {},
                "day": [19_675] + [0 if n % machines else 1 for n in range(1, runs)],
            },
            "ci": {},
            "dirty": [],
            "abandoned": [],
            "env": {},
        }
    )


def _hash(of: int) -> str:
    return sha256(str(of).encode()).hexdigest()


def answers(site: Path, served: dict[str, bytes], browser: str, slower: float) -> list[list[float]]:
    """Milliseconds of each text, typed so often, in a page that has its index."""
    serving = partial(Quiet, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), serving)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser)
        page = chromium.new_page()
        for name, body in served.items():
            page.route(f"**/{name}", lambda one, _, body=body: one.fulfill(body=body))
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.locator("[data-find] input").fill("top")
        page.wait_for_selector(".sm-hit")
        found: Any = [[page.evaluate(ANSWERED, text) for _ in range(9)] for text in TYPED]
        chromium.close()
    server.shutdown()
    return list(found)


def main() -> None:
    """What is loaded, then a line for each text that is typed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, help="A built site.")
    parser.add_argument("--benchmarks", type=int, default=5000)
    parser.add_argument("--commits", type=int, default=1000)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--slower", type=float, default=1, help="Times the processor is slower.")
    asked = parser.parse_args()
    served = {"data/search.json": index(asked.benchmarks), "data/runs.json": book(asked.commits)}
    script = (asked.site / "assets/search.js").read_bytes()
    sizes = {"search.js": script} | served
    for name, body in sizes.items():
        print(f"{name}: {len(gzip.compress(body)) / 1e3:.1f} kB gzipped")
    print(f"in all: {sum(len(gzip.compress(one)) for one in sizes.values()) / 1e3:.1f} kB gzipped")
    for text, times in zip(
        TYPED, answers(asked.site, served, asked.browser, asked.slower), strict=True
    ):
        print(f"{text}: {median(times):.0f} ms, at most {max(times):.0f} ms")


if __name__ == "__main__":
    main()

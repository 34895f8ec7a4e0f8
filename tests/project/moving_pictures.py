"""Draw the pictures of "Moving over": one history as asv publishes it, and as a site of ours.

`python -m tests.project.moving_pictures FOLDER` rewrites `docs/images/moving-*.png`. It needs asv
on the PATH, and in FOLDER what a page of asv asks other hosts for, which a picture must not do:

    npm install --prefix FOLDER --ignore-scripts jquery@3.3.1 flot@0.8.3 bootstrap@3.1.1 \
        stupid-table-plugin@1 blueimp-md5@2.19.0 flot-orderbars@1.0.0
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from history.formats.asv import Asv
from history.formats.interface import Context
from history.formats.take_in import import_file
from history.project.workspace import open_workspace
from site_gen.shell.build import build
from tests import browsers
from tests.history.vcs.repository import NOON, Repository, repository
from tests.project.pictures import IMAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NIGHTS: Final = 90
LEVELS: Final = {"mel.time_log_mel": 2.1e-3, "align.time_viterbi": 14e-3, "load.time_model": 0.41}
CHANGES: Final = {"mel.time_log_mel": (60, 1.18), "align.time_viterbi": (35, 0.8)}
"""From which night on it takes how many times as long."""
ADDRESS: Final = "#mel.time_log_mel"
_ELSEWHERE: Final = re.compile(r'(src|href)="https://[^"]*/([^/"]+)"([^>]*)>')
_PLACES: Final = {
    "jquery-3.3.1.min.js": "jquery/dist/jquery.min.js",
    "jquery.flot.min.js": "flot/jquery.flot.js",
    "jquery.flot.time.min.js": "flot/jquery.flot.time.js",
    "jquery.flot.selection.min.js": "flot/jquery.flot.selection.js",
    "jquery.flot.categories.min.js": "flot/jquery.flot.categories.js",
    "jquery.flot.orderBars.js": "flot-orderbars/js/jquery.flot.orderBars.js",
    "stupidtable.min.js": "stupid-table-plugin/stupidtable.min.js",
    "md5.min.js": "blueimp-md5/js/md5.min.js",
    "bootstrap.min.js": "bootstrap/dist/js/bootstrap.min.js",
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
}
"""What a page of asv loads -> where npm puts it."""


def main() -> None:
    """Draw both pictures."""
    packages = Path(sys.argv[1]) / "node_modules"
    with tempfile.TemporaryDirectory() as name, browsers.chromium(browsers.installed()) as browser:
        folder = Path(name) / "aligner"
        made = repository(folder)
        _measured(made, [made.commit(_subject(night), night * 86_400) for night in range(NIGHTS)])
        _shown(browser, _published(folder, packages), ADDRESS, "moving-before.png")
        _shown(browser, _ours(folder), f"asv/index.html{ADDRESS}", "moving-after.png")


def _subject(night: int) -> str:
    told = {35: "Viterbi in one array", 60: "Pad the window of the mel"}
    return told.get(night, f"Night {night}")


def _measured(made: Repository, shas: list[str]) -> None:
    """What asv keeps of these commits, on one machine."""
    rng = np.random.default_rng(7)
    folder = made.path / "results" / "ci"
    folder.mkdir(parents=True)
    machine = {"machine": "ci", "arch": "x86_64", "cpu": "EPYC", "num_cpu": "4", "os": "Linux"}
    (folder / "machine.json").write_text(json.dumps(machine | {"ram": "16", "version": 1}))
    about: dict[str, Any] = {
        name: {
            "name": name, "type": "time", "unit": "seconds", "params": [], "param_names": [],
            "version": "1", "code": "", "timeout": 60,
        }
        for name in LEVELS
    }  # fmt: skip
    (folder.parent / "benchmarks.json").write_text(json.dumps({**about, "version": 2}))
    for night, sha in enumerate(shas):
        results = {}
        moment = (NOON + night * 86_400) * 1000
        for name, level in LEVELS.items():
            since, times = CHANGES.get(name, (NIGHTS, 1.0))
            value = level * (times if night >= since else 1.0) * rng.normal(1.0, 0.02)
            results[name] = [[value], [], "1", moment, 1.0, [value * 0.98], [value * 1.02]]
        document = {
            "version": 2, "commit_hash": sha, "env_name": "virtualenv-py3.11", "python": "3.11",
            "date": moment, "requirements": {}, "env_vars": {},
            "params": machine | {"ram": "16", "python": "3.11"}, "durations": {},
            "result_columns": ["result", "params", "version", "started_at", "duration",
                               "stats_ci_99_a", "stats_ci_99_b"],
            "results": results,
        }  # fmt: skip
        (folder / f"{sha[:8]}-virtualenv-py3.11.json").write_text(json.dumps(document))


def _published(folder: Path, packages: Path) -> Path:
    """The site that asv makes, with its scripts from here."""
    config = {"version": 1, "project": "aligner", "repo": ".", "branches": ["main"]}
    places = {"results_dir": "results", "html_dir": "asv-html", "env_dir": "env"}
    (folder / "asv.conf.json").write_text(json.dumps(config | places))
    subprocess.run(["asv", "publish"], cwd=folder, check=True)
    page = folder / "asv-html" / "index.html"

    def here(found: re.Match[str]) -> str:
        attribute, name, rest = found.groups()
        if name not in _PLACES:
            return found[0]
        (page.parent / name).write_bytes((packages / _PLACES[name]).read_bytes())
        return f'{attribute}="{name}">' if "/" not in rest else f'{attribute}="{name}"/>'

    page.write_text(_ELSEWHERE.sub(here, page.read_text()))
    return page.parent


def _ours(folder: Path) -> Path:
    """The site of the same history, by what the page tells people to do."""
    (folder / "soundmark.toml").write_text('project = "aligner"\n[site.moved]\nasv = "asv"\n')
    workspace = open_workspace(folder / "soundmark.toml")
    import_file(workspace, Asv(), folder / "results", Context())
    build(workspace, folder / "site")
    return folder / "site"


def _shown(browser: "Browser", site: Path, path: str, name: str) -> None:
    with browsers.served(site) as address:
        page = browser.new_page(viewport={"width": 1240, "height": 860})
        page.goto(address + path, wait_until="networkidle")
        page.wait_for_timeout(2000)
        page.screenshot(path=IMAGES / name)


if __name__ == "__main__":
    main()

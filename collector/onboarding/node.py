"""Projects of Node, and the script ``bench`` of a package.json."""

from __future__ import annotations

from collector.onboarding.findings import Bench, Need, System
from collector.onboarding.tree import Tree, folder_of, inside, table

_SCRIPTS = ("bench", "benchmark", "benchmarks")


def look(tree: Tree) -> tuple[list[System], list[Bench]]:
    """Each topmost package.json, and a suite for the script that benchmarks it."""
    systems, benches = [], []
    for file in tree.topmost("package.json"):
        folder = folder_of(file)
        package = tree.json(file)
        locked = tree.has(f"{folder}/package-lock.json")
        needs = [Need("program", "npm", "install Node.js")]
        install = ""
        if package.get("dependencies") or package.get("devDependencies"):
            install = "npm ci" if locked else "npm install"
            needs.append(Need("folder", f"{folder}/node_modules", f"run `{install}` in {folder}"))
        systems.append(System("node", file, folder, str(package.get("name", "")), install))
        prepare = install and inside(folder, install)
        scripts = table(package.get("scripts"))
        script = next((name for name in _SCRIPTS if name in scripts), "")
        if script and "soundmark" not in str(scripts[script]):
            run = f"npm run --silent {script}"
            benches.append(
                Bench("npm", file, "node", folder, "node", run, prepare=prepare, needs=tuple(needs))
            )
    return systems, benches

"""Cargo, and benchmarks by criterion."""

from __future__ import annotations

from typing import Any

from collector.onboarding.findings import Bench, Need, System
from collector.onboarding.tree import Tree, folder_of, is_below, listed, table

_CARGO = Need("program", "cargo", "install Rust from https://rustup.rs")


def look(tree: Tree) -> tuple[list[System], list[Bench]]:
    """Each topmost Cargo.toml, and a suite for each whose packages use criterion."""
    systems, benches = [], []
    for file in tree.topmost("Cargo.toml"):
        folder = folder_of(file)
        name = str(table(tree.toml(file).get("package")).get("name", ""))
        systems.append(System("cargo", file, folder, name))
        packages = [one for one in tree.named(r"Cargo\.toml") if is_below(one, folder)]
        using = [one for one in packages if _uses_criterion(tree.toml(one))]
        if using:
            benches.append(_bench(folder, using, len(packages), tree))
    return systems, benches


def _bench(folder: str, using: list[str], packages: int, tree: Tree) -> Bench:
    names = [str(table(tree.toml(file).get("package")).get("name", "")) for file in using]
    named = " ".join(f"--package {name}" for name in names if name)
    chosen = f"cargo bench {named}" if named and packages > 1 else "cargo bench"
    harness = _harness(tree, using)
    return Bench(
        "criterion", using[0], "rust", folder, "rust",
        build=f"{chosen}{harness} --no-run", run=f"{chosen}{harness}",
        reads="criterion", path="target/criterion", needs=(_CARGO,),
    )  # fmt: skip


def _harness(tree: Tree, using: list[str]) -> str:
    """`` --bench NAME`` of every benchmark that runs criterion, where the files say which."""
    names: list[str] = []
    for file in using:
        declared = [table(one) for one in listed(tree.toml(file).get("bench"))]
        own = [
            str(one["name"]) for one in declared if one.get("harness") is False and "name" in one
        ]
        if not own:
            return ""
        names += own
    return "".join(f" --bench {name}" for name in names)


def _uses_criterion(manifest: dict[str, Any]) -> bool:
    kinds = ("dev-dependencies", "dependencies")
    return any(
        name == "criterion" or table(given).get("package") == "criterion"
        for kind in kinds
        for name, given in table(manifest.get(kind)).items()
    )

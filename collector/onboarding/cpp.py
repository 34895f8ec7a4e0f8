"""CMake, and benchmarks by Google Benchmark."""

from __future__ import annotations

import re
from typing import Final

from collector.onboarding.findings import Bench, Need, System
from collector.onboarding.tree import Tree, folder_of, is_below, within

_BUILD: Final = ".soundmark/build"
_NEEDS: Final = (Need("program", "cmake", "install CMake"),)
_PROJECT: Final = re.compile(r"^\s*project\s*\(\s*\"?([\w.+-]+)", re.IGNORECASE | re.MULTILINE)
_LINKS: Final = re.compile(r"target_link_libraries\s*\(([^)]*)\)", re.IGNORECASE)
_LIBRARY: Final = re.compile(r"benchmark(?:::benchmark(?:_main)?|_main)?")
_COMMENT: Final = re.compile(r"#[^\n]*")


def look(tree: Tree) -> tuple[list[System], list[Bench]]:
    """Each topmost CMakeLists.txt, and a suite for each program linked with Google Benchmark."""
    systems: list[System] = []
    benches: list[Bench] = []
    for top in tree.topmost("CMakeLists.txt"):
        folder = folder_of(top)
        name = _PROJECT.search(_COMMENT.sub("", tree.text(top)))
        systems.append(System("cmake", top, folder, name.group(1) if name else ""))
        for file in tree.named(r"CMakeLists\.txt"):
            if is_below(file, folder):
                benches += [_bench(folder, file, target) for target in _targets(tree.text(file))]
    return systems, [
        bench if len(benches) == 1 else bench._replace(name=f"{bench.name}-{_named(bench)}")
        for bench in benches
    ]


def _targets(text: str) -> list[str]:
    """Targets that are linked with the library."""
    found = []
    for match in _LINKS.finditer(_COMMENT.sub("", text)):
        words = match.group(1).split()
        if words and any(_LIBRARY.fullmatch(word) for word in words[1:]):
            found.append(words[0])
    return list(dict.fromkeys(found))


def _bench(folder: str, file: str, target: str) -> Bench:
    place = within(folder, folder_of(file))
    program = "/".join(part for part in (_BUILD, place, target) if part != ".")
    steps = (
        f"cmake -S . -B {_BUILD} -DCMAKE_BUILD_TYPE=Release"
        f" && cmake --build {_BUILD} --target {target}"
    )
    doubt = "" if re.fullmatch(r"[\w.+-]+", target) else "the name of the program"
    return Bench(
        "google-benchmark", file, "cpp", folder, "cpp",
        build=f"sh -c '{steps}'",
        run=f"{program} --benchmark_repetitions=5 --benchmark_out={{scratch}}/out.json"
        " --benchmark_out_format=json",
        reads="google-benchmark", path="{scratch}/out.json", needs=_NEEDS, doubt=doubt,
    )  # fmt: skip


def _named(bench: Bench) -> str:
    return re.sub(r"[^\w.+-]", "", bench.build.rpartition("--target ")[2])

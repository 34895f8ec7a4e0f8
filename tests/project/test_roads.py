"""The five minutes of docs/getting-started.md: the lines of the page, for a project of each kind.

Nothing of the page is repeated here: its shell block is read, and what only a reader can fill in is
given by `FILLED_IN`.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collector.onboarding import repositories as of
from tests.collector.suites.command.collecting import SAMPLES
from tests.conftest import ROOT
from tests.history.vcs.repositories import made
from tests.project import installing

pytestmark = pytest.mark.nightly

PAGE = ROOT / "docs" / "getting-started.md"
DEBIAN_CRATES = Path("/usr/share/cargo/registry")
"""Where librust-criterion-dev puts what a computer without a network builds from."""
FILLED_IN = {
    "https://HOST/OWNER/soundmark@VERSION": "{source}@v0",
    "cd your-project\n": "",
    " && soundmark site serve": "",
}
"""What a reader puts in place of names, and leaves out here: a server does not end by itself."""
FROM_DEBIAN = f"""\
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "{DEBIAN_CRATES}"
[net]
offline = true
"""

RUST = of.CRITERION | {
    "Cargo.toml": (SAMPLES / "criterion/Cargo.toml").read_text(encoding="utf-8"),
    "benches/forward.rs": "",
    "benches/kernels.rs": (SAMPLES / "criterion/benches/kernels.rs").read_text(encoding="utf-8"),
    "src/lib.rs": (SAMPLES / "criterion/src/lib.rs").read_text(encoding="utf-8"),
    ".cargo/config.toml": FROM_DEBIAN,
    ".gitignore": "target\nCargo.lock\n",
}
del RUST["benches/forward.rs"]
CPP = of.GOOGLE_BENCHMARK | {"bench/speed.cpp": of.SPEED}


def page(part: str) -> str:
    """The lines of the page before or after the reader goes to the project, filled in."""
    (block,) = re.findall(
        r"^## Five minutes, in your own project\n+```sh\n(.*?)```",
        PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL,
    )  # fmt: skip
    assert [text for text in FILLED_IN if text not in block] == []
    before, _, after = block.partition("cd your-project\n")
    text = before if part == "once" else after
    for name, given in FILLED_IN.items():
        text = text.replace(name, given)
    return text


def typed(script: str, folder: Path, environ: dict[str, str]) -> str:
    """What a shell prints that runs these lines and stops at the first that fails."""
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-euxo", "pipefail", "-c", script],
        cwd=folder, env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def reader(tmp_path_factory) -> dict[str, str]:
    """The environment of somebody who has done what the page says first."""
    home = tmp_path_factory.mktemp("home")
    source = installing.repository(home / "program", "v0")
    installing.link(home / "soundmark", installing.BUILDS)
    own = home / "project-environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", own], check=True)
    packages = next((own / "lib").glob("python*")) / "site-packages"
    (packages / "of-the-project.pth").write_text("\n".join(map(str, _site_packages())))
    programs = [str(own / "bin"), *_folders("cargo", "cmake", "git"), "/usr/bin", "/bin"]
    environ = {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join(dict.fromkeys(programs)),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as the option's opposite: not isolated
        "PYTHONPYCACHEPREFIX": str(home / "pycache"),
    } | {name: os.environ[name] for name in ("RUSTUP_HOME", "CARGO_HOME") if name in os.environ}
    environ.setdefault("RUSTUP_HOME", str(Path.home() / ".rustup"))
    environ.setdefault("CARGO_HOME", str(Path.home() / ".cargo"))
    script = page("once").replace("{source}", source.path.as_uri())
    path = typed(f"{script}\nprintenv PATH", home, environ).splitlines()[-1]
    return environ | {"PATH": path}


def _site_packages() -> list[Path]:
    """Where pytest and its plug-ins are installed."""
    names = ("pytest", "pytest_benchmark")
    found = [importlib.util.find_spec(name) for name in names]
    return list(dict.fromkeys(Path(str(one.origin)).parent.parent for one in found if one))


def _folders(*names: str) -> list[str]:
    return [str(Path(found).parent) for name in names if (found := shutil.which(name))]


def walked(folder: Path, files: dict[str, str], reader: dict[str, str]) -> set[tuple[str, str]]:
    """Suite and benchmark of all that is in the history after the lines of the page."""
    project = made(folder)
    of.made(folder, files)
    project.commit("a project")
    typed(page("in the project"), folder, reader)
    workflow = (folder / ".github/workflows/soundmark.yml").read_text(encoding="utf-8")
    assert re.search(r"soundmark @ git\+file://\S+@[0-9a-f]{40}", workflow)
    assert (folder / "site/index.html").is_file()
    query = "soundmark history query 'select suite, benchmark from latest' --format json"
    return {(row["suite"], row["benchmark"]) for row in json.loads(typed(query, folder, reader))}


@pytest.mark.skipif(shutil.which("cargo") is None, reason="needs a Rust toolchain")
@pytest.mark.skipif(
    not list(DEBIAN_CRATES.glob("criterion-0*")), reason="needs librust-criterion-dev"
)
def test_a_project_in_rust(tmp_path, reader):
    found = walked(tmp_path, RUST, reader)
    assert {("rust", "sampling/best/50"), ("rust", "sampling/best/3200")} <= found


@pytest.mark.skipif(
    not (shutil.which("cmake") and Path("/usr/include/benchmark/benchmark.h").exists()),
    reason="needs CMake and Google Benchmark",
)
def test_a_project_in_cpp(tmp_path, reader):
    assert ("cpp", "BM_nothing") in walked(tmp_path, CPP, reader)


@pytest.mark.skipif(
    importlib.util.find_spec("pytest_benchmark") is None, reason="needs pytest-benchmark"
)
def test_a_project_in_python(tmp_path, reader):
    found = walked(tmp_path, of.PYTEST_BENCHMARK, reader)
    assert ("python", "tests/test_speed.py::test_align") in found


def test_a_project_without_benchmarks_has_an_example_on_its_site(tmp_path, reader):
    found = walked(tmp_path, of.MESON, reader)
    assert {suite for suite, _ in found} - {"calibration"} == {"example"}

"""The same trend, asked of one ledger by every engine that docs/how-to/other-engines.md names."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.history.judge.builders import point, run, workspace

pytestmark = pytest.mark.nightly

PAGE = (ROOT / "docs" / "how-to" / "other-engines.md").read_text(encoding="utf-8")
SECTIONS = re.findall(
    r"^## (\w+)\n\n```sh\npip install ([^\n#]+?)\s*(?:#[^\n]*)?\n```\n\n```python\n(.*?)```",
    PAGE, re.MULTILINE | re.DOTALL,
)  # fmt: skip
GIVEN = "SOUNDMARK_ENGINES_PYTHON"
"""A Python that has the engines already; without one, each is installed in a new environment."""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """Three nights on two machines; one point failed, and only one file knows parameters."""
    total = {"metric": "total_time"}
    made = workspace(
        tmp_path_factory.mktemp("ledger"),
        run(0, point(2.0, **total), point(1.0, benchmark="old", **total)),
        run(1, point(2.5, **total), point("broke", benchmark="bad", **total)),
        run(2, point(1.5, params={"k": "1"}, **total), machine="laptop"),
    )
    return made.ledger.folder


@pytest.fixture(scope="module")
def told(ledger):
    """What soundmark itself says, as the blocks print it."""
    import duckdb

    rows = duckdb.sql(
        f"select benchmark, machine_name, epoch_ms(commit_time), value"
        f" from read_parquet('{ledger}/**/*.parquet', union_by_name = true)"
        " where row = 'point' and metric = 'total_time' and value is not null order by all"
    ).fetchall()
    assert len(rows) == 4
    return "".join(f"{name} {machine} {ms} {value:.6g}\n" for name, machine, ms, value in rows)


def python_of(package, folder):
    if given := os.environ.get(GIVEN):
        return Path(given)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    line = [str(python), "-m", "pip", "install", "-q", *shlex.split(package)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{package} does not install here: {done.stderr[-200:]}")
    return python


def test_the_page_has_four_engines():
    assert [name for name, _, _ in SECTIONS] == ["DuckDB", "Polars", "DataFusion", "PySpark"]


@pytest.mark.parametrize(("name", "package", "code"), SECTIONS, ids=[one[0] for one in SECTIONS])
def test_every_engine_says_the_same(name, package, code, ledger, told, tmp_path):
    python = python_of(package, tmp_path / "environment")
    if (
        name == "PySpark"
        and subprocess.run(["java", "-version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("PySpark needs Java")
    filled = code.replace('LEDGER = ".soundmark/runs"', f"LEDGER = {str(ledger)!r}")
    assert filled != code
    done = subprocess.run(
        [str(python), "-c", filled],
        capture_output=True, text=True, cwd=tmp_path, check=False,
        env={name: text for name, text in os.environ.items() if name != "PYTHONPATH"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == told

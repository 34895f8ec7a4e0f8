"""A built site for the tests that need a whole one."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson
import pytest
from click.testing import CliRunner

from history.project.workspace import Workspace, open_workspace
from site_gen.demo.beside import whole_year
from site_gen.demo.demo import CONFIG, notes_of_year
from site_gen.shell.our_folder import MARKER
from soundmark import main
from tests import browsers
from tests.site_gen.hostile import hostile_runs

NIGHTS = 24


class Site(NamedTuple):
    """A built site and where it came from."""

    workspace: Workspace
    out: Path
    said: str
    """What the command printed."""

    @property
    def pages(self) -> int:
        return int(orjson.loads((self.out / MARKER).read_bytes())["pages"])


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    """A free port: pages change without a reload only at the address they were built for.

    It stays bound, so that nobody else is given it before the server listens there as well.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


@pytest.fixture(scope="session")
def demo(tmp_path_factory, port) -> Site:
    """A simulated year, small, with one suite full of hostile names."""
    folder = tmp_path_factory.mktemp("demo")
    config = CONFIG.replace("[site]", f'[site]\nurl = "https://example.org:{port}/"')
    (folder / "soundmark.toml").write_text(config, encoding="utf-8")
    (folder / "annotations.toml").write_text(notes_of_year(), encoding="utf-8")
    workspace = open_workspace(folder / "soundmark.toml")
    workspace.append(whole_year(NIGHTS))
    workspace.append(hostile_runs())
    arguments = ["build", "--config", str(folder / "soundmark.toml"), "--out", str(folder / "site")]
    done = CliRunner().invoke(main, ["site", *arguments])
    assert done.exit_code == 0, done.output
    return Site(workspace, folder / "site", done.output)


@pytest.fixture(scope="session")
def address(demo, port) -> Iterator[str]:
    """Where the built site is served."""
    with browsers.served(demo.out, port) as at:
        yield at


@pytest.fixture(scope="session")
def trend_page(demo):
    """Address of the page with stages and two variants."""
    (folder,) = [path for path in (demo.out / "suites/alignment").iterdir() if path.is_dir()]
    return f"suites/alignment/{folder.name}/"
